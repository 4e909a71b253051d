package dev.hawser.internal.session;

import dev.hawser.internal.dispatch.DispatchThreads;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.PendingSend;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/** The completion of a send that calls a {@link SendHandler} of the application. */
record HandlerCompletion(SendHandler handler, Sender sender) implements PendingSend.Completion {
    private static final String NOT_TOLD =
            LimitedLog.prepared("the exception of a SendHandler could not be passed to its endpoint");

    /** The session that sent. */
    interface Sender {
        Session session();

        /** Called on any thread, if a SendHandler threw. */
        void handlerFailed(Throwable error);
    }

    @Override
    public boolean runsApplicationCode() {
        return true;
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        SendResult result = result(failure); // before the handler is called, since this may throw
        try {
            handler.onResult(result);
        } catch (Throwable e) {
            tellSession(e);
        }
    }

    /** Passes the error on, because this does not run in the session's turn, in which the endpoint is told. */
    private void tellSession(Throwable error) {
        try {
            sender.handlerFailed(error);
        } catch (Throwable e) { // an error of the JVM; the handler is not called again
            DispatchThreads.log(NOT_TOLD, e);
        }
    }

    private SendResult result(@Nullable Throwable failure) {
        return SendResults.of(sender.session(), failure);
    }
}
