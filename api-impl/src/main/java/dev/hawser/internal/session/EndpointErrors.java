package dev.hawser.internal.session;

import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.log.RepeatedErrors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What happens to errors, in one place; docs/errors.md is the same in words. An exception of a callback, a decode error
 * or a failed connection goes to the endpoint's error handler; without one it is logged. The connection stays open
 * after an exception of a message handler, since the next message is none the worse for it; after one of onOpen it is
 * closed with 1011, since the endpoint never began. Messages and payloads are never logged, and of many errors of a
 * kind only some ({@link RepeatedErrors}).
 */
final class EndpointErrors {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.endpoint");
    private static final System.Logger CONNECTION_LOGGER = System.getLogger("dev.hawser.connection");

    /** What became of an error that the endpoint was to be told. */
    private enum Outcome {
        HANDLED,
        NO_HANDLER,
        HANDLER_FAILED
    }

    private final String sessionId;
    private final RepeatedErrors repeated;
    private final BoundEndpoint endpoint;
    private final BooleanSupplier hasBegun;

    /**
     * @param sessionId names the session in the log
     * @param hasBegun whether the endpoint was told of the session, so that it is told of its errors
     */
    EndpointErrors(String sessionId, RepeatedErrors repeated, BoundEndpoint endpoint, BooleanSupplier hasBegun) {
        this.hasBegun = hasBegun;
        this.sessionId = sessionId;
        this.repeated = repeated;
        this.endpoint = endpoint;
    }

    /** A callback or a coder threw. Called in the session's turn. */
    void callbackFailed(Throwable error) {
        Outcome outcome = tell(error);
        if (outcome != Outcome.HANDLED) {
            log(
                    "callback",
                    error,
                    () -> "a callback of " + name() + " failed in session " + sessionId + ", and "
                            + (outcome == Outcome.NO_HANDLER
                                    ? "the endpoint has no error handler"
                                    : "so did the endpoint's error handler"));
        }
    }

    /** A SendHandler threw when onClose, the last callback, was due already: nobody is left to be told. Any thread. */
    void handlerFailedAfterTheEnd(Throwable error) {
        log("SendHandler", error, () -> "a SendHandler of " + name() + " failed after the end of session " + sessionId);
    }

    /** The connection failed or the peer broke a rule. Called in the session's turn. */
    void connectionFailed(Throwable error) {
        if (tell(error) != Outcome.HANDLED) {
            CONNECTION_LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> "session " + sessionId + " of " + name() + " failed: " + error.getMessage());
        }
    }

    private Outcome tell(Throwable error) {
        if (!hasBegun.getAsBoolean()) {
            return Outcome.NO_HANDLER; // no callback comes before onOpen
        }
        try {
            return endpoint.onError(error) ? Outcome.HANDLED : Outcome.NO_HANDLER;
        } catch (Throwable second) {
            log("error handler", second, () -> "the error handler of " + name() + " failed itself");
            return Outcome.HANDLER_FAILED;
        }
    }

    private void log(String what, Throwable error, Supplier<String> message) {
        String others =
                repeated.note(String.join(" ", name(), what, error.getClass().getName()));
        if (others != null) {
            LOGGER.log(System.Logger.Level.ERROR, () -> message.get() + others, error);
        }
    }

    private String name() {
        return endpoint.instance().getClass().getName();
    }
}
