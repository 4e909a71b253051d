package dev.hawser.session;

import dev.hawser.endpoint.BoundEndpoint;

/**
 * What happens to errors, in one place; docs/errors.md is the same in words. An exception of a callback, a decode error or a failed
 * connection goes to the endpoint's error handler; without one it is logged. The connection stays open after an exception of a message
 * handler, since the next message is none the worse for it; after one of onOpen it is closed with 1011, since the endpoint never began.
 * Messages and payloads are never logged.
 */
final class EndpointErrors {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.endpoint");
    private static final System.Logger CONNECTION_LOGGER = System.getLogger("dev.hawser.connection");

    private final WebSocketSession session;
    private final BoundEndpoint endpoint;

    EndpointErrors(WebSocketSession session, BoundEndpoint endpoint) {
        this.session = session;
        this.endpoint = endpoint;
    }

    /** A callback or a coder threw. Called in the session's turn. */
    void callbackFailed(Throwable error) {
        if (!handled(error)) {
            LOGGER.log(
                    System.Logger.Level.ERROR,
                    () -> "a callback of " + name() + " failed in session " + session.getId()
                            + ", and the endpoint has no error handler",
                    error);
        }
    }

    /** A SendHandler threw when onClose, the last callback, was due already: nobody is left to be told. Any thread. */
    void handlerFailedAfterTheEnd(Throwable error) {
        LOGGER.log(
                System.Logger.Level.ERROR,
                () -> "a SendHandler of " + name() + " failed after the end of session " + session.getId(),
                error);
    }

    /** The connection failed or the peer broke a rule. Called in the session's turn. */
    void connectionFailed(Throwable error) {
        if (!handled(error)) {
            CONNECTION_LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> "session " + session.getId() + " of " + name() + " failed: " + error.getMessage());
        }
    }

    private boolean handled(Throwable error) {
        try {
            return endpoint.onError(error);
        } catch (Throwable second) {
            LOGGER.log(System.Logger.Level.ERROR, () -> "the error handler of " + name() + " failed itself", second);
            return false;
        }
    }

    private String name() {
        return endpoint.instance().getClass().getName();
    }
}
