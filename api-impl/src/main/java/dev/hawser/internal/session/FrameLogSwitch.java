package dev.hawser.internal.session;

import dev.hawser.internal.observe.FrameLog;
import dev.hawser.internal.observe.Observers;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Switches the log of frames of one container while it runs. The level of its logger is looked at when a session opens,
 * and each second while there is one, since no logger tells of a change. Thread-safe.
 */
public final class FrameLogSwitch {
    private static final long LOOK_SECONDS = 1;

    private final Observers observers;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    private int sessions;
    private @Nullable Future<?> looks;
    private final Set<String> chosen = new TreeSet<>();
    private @Nullable FrameLog log;

    FrameLogSwitch(Observers observers, ScheduledExecutorService timer) {
        this.observers = observers;
        this.timer = timer;
    }

    /** A session opens. */
    void sessionBegins() {
        look();
        synchronized (this) {
            if (++sessions == 1) {
                try {
                    looks = timer.scheduleWithFixedDelay(
                            FrameLogSwitch::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
                } catch (RejectedExecutionException e) {
                    // the container stops
                }
            }
        }
    }

    /** A session has ended that had begun. Called once. */
    synchronized void sessionEnds() {
        if (--sessions == 0 && looks != null) {
            looks.cancel(false);
            looks = null;
        }
    }

    private static void look() {
        try {
            FrameLog.followLevel();
        } catch (Throwable e) {
            // a logger that throws, or no memory; the next look may find more
        }
    }

    /**
     * Logs the frames of a session, or of all sessions of an endpoint, at INFO.
     *
     * @param sessionOrEndpoint the id of a session, or the path of an endpoint
     */
    public synchronized void log(String sessionOrEndpoint) {
        chosen.add(sessionOrEndpoint);
        replace();
    }

    /** Logs them no longer. */
    public synchronized void stopLogging(String sessionOrEndpoint) {
        chosen.remove(sessionOrEndpoint);
        replace();
    }

    /** Whose frames are logged by name. */
    public synchronized Set<String> logged() {
        return Set.copyOf(chosen);
    }

    /** The lock is held. */
    private void replace() {
        FrameLog before = log;
        log = chosen.isEmpty() ? null : FrameLog.ofSome(chosen);
        if (before != null) {
            observers.remove(before);
        }
        if (log != null) {
            observers.add(log);
        }
    }
}
