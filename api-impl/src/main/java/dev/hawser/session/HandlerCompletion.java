package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import org.jspecify.annotations.Nullable;

/** A send whose end a {@link SendHandler} of the application is told. */
record HandlerCompletion(SendHandler handler, WebSocketConnection connection) implements PendingSend.Completion {
    @Override
    public boolean runsApplicationCode() {
        return true;
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        try {
            handler.onResult(result(failure));
        } catch (Throwable e) {
            connection.handlerFailed(e);
        }
    }

    private SendResult result(@Nullable Throwable failure) {
        return SendResults.of(connection.session(), failure);
    }
}
