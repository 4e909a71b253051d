package dev.hawser.internal.session;

import dev.hawser.internal.dispatch.BlockedTurns;
import dev.hawser.internal.observe.FrameLog;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks, twice a second while there are sessions, for what nobody tells: the level of the logger of frames, which is
 * also looked at when a session opens, and callbacks that do not return. Thread-safe.
 */
final class SessionWatch {
    private static final long PERIOD_MILLIS = 500;
    private static final Runnable FOLLOW_LEVEL = FrameLog::followLevel;

    private final ScheduledExecutorService timer;
    private final BlockedTurns blocked;

    // Guarded by this.
    private int sessions;
    private @Nullable Future<?> looks;

    SessionWatch(ScheduledExecutorService timer, BlockedTurns blocked) {
        this.timer = timer;
        this.blocked = blocked;
    }

    /** A session opens. */
    void sessionBegins() {
        lookAt(FOLLOW_LEVEL);
        synchronized (this) {
            if (sessions == 0) {
                try {
                    looks = timer.scheduleWithFixedDelay(
                            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException e) {
                    // the container stops
                }
            }
            sessions++; // last: a session whose beginning has thrown has no end
        }
    }

    /** A session has ended that had begun. Called once. */
    synchronized void sessionEnds() {
        if (--sessions == 0 && looks != null) {
            looks.cancel(false);
            looks = null;
            blocked.forget();
        }
    }

    private void look() {
        lookAt(FOLLOW_LEVEL);
        lookAt(blocked);
    }

    private static void lookAt(Runnable one) {
        try {
            one.run();
        } catch (Throwable e) {
            // a logger that throws, or no memory; the next look may find more
        }
    }
}
