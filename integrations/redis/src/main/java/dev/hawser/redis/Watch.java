package dev.hawser.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Asks whether the host of a connection is still there. If it vanishes, TCP goes on sending for many minutes what was
 * not acknowledged, and its keep-alive waits for that. A connection that has not answered for some seconds is closed,
 * so that its commands fail, and another one is opened.
 */
@SuppressWarnings("FutureReturnValueIgnored") // reopening handles its failure
final class Watch {
    private static final long EACH = TimeUnit.SECONDS.toMillis(2);
    /** Questions, not time: after a pause of the JVM the answers are there, but have not been read. */
    private static final int MOST_UNANSWERED = 4;

    private final RedisClient client;
    private final StatefulConnection<?, ?> of;
    private final Supplier<? extends CompletionStage<?>> ping;
    private final Runnable reopen;
    /** How many questions have been sent since the last answer. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private Watch(
            RedisClient client,
            StatefulConnection<?, ?> of,
            Supplier<? extends CompletionStage<?>> ping,
            Runnable reopen) {
        this.client = client;
        this.of = of;
        this.ping = ping;
        this.reopen = reopen;
    }

    /** @param reopen opens another connection, after this one has been closed */
    static void begin(
            RedisClient client,
            StatefulConnection<?, ?> of,
            Supplier<? extends CompletionStage<?>> ping,
            Runnable reopen) {
        new Watch(client, of, ping, reopen).later();
    }

    private void later() {
        EventExecutorGroup threads = client.getResources().eventExecutorGroup();
        try {
            ScheduledFuture<?> planned = threads.schedule(this::look, EACH, TimeUnit.MILLISECONDS);
            assert planned != null;
        } catch (RejectedExecutionException e) {
            // The backplane has been closed.
        }
    }

    private void look() {
        boolean over = false;
        try {
            if (!of.isOpen()) { // the client is reopening it
                unanswered.set(0);
            } else if (unanswered.getAndIncrement() < MOST_UNANSWERED) {
                ping.get().whenComplete((pong, failure) -> {
                    if (failure == null) {
                        unanswered.set(0);
                    }
                });
            } else {
                of.closeAsync().whenComplete((done, failure) -> reopen.run());
                over = true;
            }
        } finally {
            if (!over) {
                later();
            }
        }
    }
}
