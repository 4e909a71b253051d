package dev.hawser.internal.session;

import dev.hawser.ObservedCallback;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.log.RepeatedErrors;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.observe.Observers;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to errors; docs/errors.md describes the same. An exception of a callback, a decode error or a
 * failed connection goes to the endpoint's error handler; without one it is logged. After an exception of a message
 * handler the connection stays open, since the next message can be handled. After one of onOpen it is closed with 1011,
 * since the endpoint did not begin. Messages and payloads are never logged, and the number of logged errors of a kind
 * is limited ({@link RepeatedErrors}).
 */
final class EndpointErrors {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.endpoint");
    private static final System.Logger CONNECTION_LOGGER = System.getLogger("dev.hawser.connection");

    /** The result of telling the endpoint an error. */
    private enum Outcome {
        HANDLED,
        NO_HANDLER,
        HANDLER_FAILED
    }

    private final String sessionId;
    private final RepeatedErrors repeated;
    private final BoundEndpoint endpoint;
    private final ConnectionEvents events;
    private boolean begun;

    /** @param sessionId names the session in the log */
    EndpointErrors(String sessionId, RepeatedErrors repeated, BoundEndpoint endpoint, ConnectionEvents events) {
        this.sessionId = sessionId;
        this.repeated = repeated;
        this.endpoint = endpoint;
        this.events = events;
    }

    /** Called in a turn, when onOpen is about to be called. */
    void opens() {
        begun = true;
    }

    /** Whether onOpen was called, so that the endpoint may be told of errors and the end. Called in turns. */
    boolean hasBegun() {
        return begun;
    }

    /** Called in the session's turn, if a callback or a coder threw. */
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

    /** Logs what a SendHandler threw when onClose, the last callback, was already due. Called on any thread. */
    void handlerFailedAfterTheEnd(Throwable error) {
        log("SendHandler", error, () -> "a SendHandler of " + name() + " failed after the end of session " + sessionId);
    }

    /** Called in the session's turn, if the connection failed or the peer broke a rule. */
    void connectionFailed(Throwable error) {
        if (tell(error) != Outcome.HANDLED) {
            CONNECTION_LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> "session " + sessionId + " of " + name() + " failed: " + error.getMessage());
        }
    }

    private Outcome tell(Throwable error) {
        if (!begun) {
            return Outcome.NO_HANDLER; // no callback comes before onOpen
        }
        if (!endpoint.hasOnError()) {
            return Outcome.NO_HANDLER;
        }
        Observers.@Nullable Begun callback = events.callbackBegins(ObservedCallback.ERROR);
        try {
            boolean handled = endpoint.onError(error);
            events.callbackReturned(ObservedCallback.ERROR, callback);
            return handled ? Outcome.HANDLED : Outcome.NO_HANDLER;
        } catch (Throwable second) {
            events.callbackReturned(ObservedCallback.ERROR, callback);
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
