package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.DaemonThreads;
import dev.hawser.internal.session.SessionHarness;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** A timer whose thread cannot be started tries again and again. */
class TimerThreadsTest {
    @Test
    void threadsThatCouldNotBeStartedAreNotKept() {
        ScheduledThreadPoolExecutor timer = TimerThreads.timer(new DaemonThreads("timer-of-a-test", null));
        try {
            ThreadFactory threads = timer.getThreadFactory();
            List<WeakReference<Thread>> made = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                made.add(new WeakReference<>(threads.newThread(() -> {}))); // and is never started
            }
            SessionHarness.await("all but the latest are forgotten", () -> {
                System.gc();
                return made.stream().filter(thread -> thread.get() != null).count() <= 1;
            });
        } finally {
            timer.shutdownNow();
        }
    }
}
