package dev.hawser.redis;

import io.lettuce.core.RedisClient;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens a connection for the first time, and tries until that succeeds; later the client reopens it. */
final class Opening {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.topic");
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2000;

    private Opening() {}

    /** @param opened gets the connection, on a thread of the client */
    static <T> void begin(RedisClient client, Supplier<CompletionStage<T>> open, Consumer<T> opened) {
        open(client, open, opened, FIRST_PAUSE);
    }

    private static <T> void open(
            RedisClient client, Supplier<CompletionStage<T>> open, Consumer<T> opened, long pause) {
        open.get().whenComplete((connection, failure) -> {
            if (failure == null) {
                opened.accept(connection);
            } else {
                if (pause == FIRST_PAUSE) {
                    LOGGER.log(
                            System.Logger.Level.WARNING,
                            "topics cannot connect to Redis, and try again: " + cause(failure));
                }
                later(client, () -> open(client, open, opened, Math.min(2 * pause, LONGEST_PAUSE)), pause);
            }
        });
    }

    /** What was wrong in the end, such as a host that is not known, or a wrong password. */
    private static Throwable cause(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last;
    }

    private static void later(RedisClient client, Runnable again, long pause) {
        EventExecutorGroup threads = client.getResources().eventExecutorGroup();
        try {
            ScheduledFuture<?> planned = threads.schedule(again, pause, TimeUnit.MILLISECONDS);
            assert planned != null;
        } catch (RejectedExecutionException e) {
            // The backplane has been closed.
        }
    }
}
