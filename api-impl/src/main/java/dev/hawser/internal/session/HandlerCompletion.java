package dev.hawser.internal.session;

import dev.hawser.internal.dispatch.DispatchThreads;
import dev.hawser.internal.transport.PendingSend;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/** A send whose end a {@link SendHandler} of the application is told. */
record HandlerCompletion(SendHandler handler, Sender sender) implements PendingSend.Completion {
    /** Whose send it was. */
    interface Sender {
        Session session();

        /** A SendHandler threw. Any thread. */
        void handlerFailed(Throwable error);
    }

    @Override
    public boolean runsApplicationCode() {
        return true;
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        SendResult result = result(failure); // nobody has been told if this throws
        try {
            handler.onResult(result);
        } catch (Throwable e) {
            tellSession(e);
        }
    }

    /** This runs beside the session's turn, in which the endpoint is told. */
    private void tellSession(Throwable error) {
        try {
            sender.handlerFailed(error);
        } catch (Throwable e) { // of the Java machine; the handler was called, and is not called again
            DispatchThreads.log("a session could not be told what its SendHandler threw", e);
        }
    }

    private SendResult result(@Nullable Throwable failure) {
        return SendResults.of(sender.session(), failure);
    }
}
