package dev.hawser.internal.observe;

import dev.hawser.ConnectionObserver;
import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One observer, which is called so that it can harm no session: what it throws is logged, and its time is taken, unless
 * it is an {@link OwnObserver}.
 */
final class Watcher {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.observer");
    private static final String THREW =
            LimitedLog.prepared("an observer of connections threw; the session is not affected");

    /** A call that takes longer is slow. */
    static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** A slow call weighs as much as this many that are not, so that pauses of the machine add up to nothing. */
    static final int WEIGHT = 100;
    /** How many slow calls in a row are too many. */
    static final int MOST = 10;

    final ConnectionObserver observer;

    // Threads write these two without a lock. A lost update only puts off a log line, or repeats it.
    private int slowness;
    private boolean named;

    Watcher(ConnectionObserver observer) {
        this.observer = observer;
    }

    /** Tells it an event. Returns false if it is too slow to be told another. Never throws. */
    boolean tell(Consumer<ConnectionObserver> event) {
        try {
            boolean interrupted = Thread.currentThread().isInterrupted();
            long began = System.nanoTime();
            try {
                event.accept(observer);
            } catch (Throwable e) {
                FAILURES.logIfPossible(System.Logger.Level.WARNING, THREW, e);
            }
            long nanos = System.nanoTime() - began;
            restoreInterrupt(interrupted);
            return isQuickEnough(nanos);
        } catch (Throwable e) { // no stack or memory for the call; the next event may be told
            return true;
        }
    }

    private static void restoreInterrupt(boolean interrupted) {
        if (Thread.currentThread().isInterrupted() != interrupted) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            } else {
                Thread.interrupted();
            }
        }
    }

    /** Notes how long a call took. Returns false if such calls were too many. */
    boolean isQuickEnough(long nanos) {
        if (observer instanceof OwnObserver) {
            return true;
        }
        if (nanos <= SLOW_NANOS) {
            if (slowness > 0) {
                slowness--;
            }
            return true;
        }
        if (!named) {
            named = true;
            LOGGER.log(
                    System.Logger.Level.INFO,
                    "The observer " + name() + " took " + TimeUnit.NANOSECONDS.toMillis(nanos)
                            + " ms in one call, and connections waited for it. Put it behind a QueuedObserver");
        }
        slowness += WEIGHT;
        return slowness < MOST * WEIGHT;
    }

    /** It is told, too, since what it has counted is no longer true. */
    void tellThatItIsOut() {
        tell(ConnectionObserver::takenOut);
        LOGGER.log(
                System.Logger.Level.WARNING,
                "The observer " + name()
                        + " was removed and is not called any more, because too many calls took more than "
                        + TimeUnit.NANOSECONDS.toMillis(SLOW_NANOS) + " ms");
    }

    private String name() {
        return observer.getClass().getName();
    }
}
