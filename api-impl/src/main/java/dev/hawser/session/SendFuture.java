package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The Future of an asynchronous send. Waiting for it flushes, since the message may be held back for others of the same turn. */
final class SendFuture extends CompletableFuture<@Nullable Void> implements PendingSend.Completion {
    private final WebSocketConnection connection;

    SendFuture(WebSocketConnection connection) {
        this.connection = connection;
    }

    @Override
    public boolean runsApplicationCode() {
        return false;
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        if (failure == null) {
            complete(null);
        } else {
            completeExceptionally(failure);
        }
    }

    @Override
    public @Nullable Void get() throws InterruptedException, ExecutionException {
        beforeWaiting();
        return super.get();
    }

    @Override
    public @Nullable Void get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        beforeWaiting();
        return super.get(timeout, unit);
    }

    /** A message that is on its way cannot be called back. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    private void beforeWaiting() {
        if (isDone()) {
            return;
        }
        connection.outbound().flush();
        if (!isDone() && connection.runtime().onEventLoop()) {
            throw new IllegalStateException(
                    "waiting for a send on the event loop would wait for itself: use a SendHandler, or dispatch=worker");
        }
    }
}
