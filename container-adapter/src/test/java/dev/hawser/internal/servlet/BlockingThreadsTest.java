package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads that Hawser has where a container lends none: few where little is to be done, and never too many. */
class BlockingThreadsTest {
    private final BlockingThreads pool = new BlockingThreads("hawser-pool-test-");
    private final Set<Thread> used = ConcurrentHashMap.newKeySet();

    @AfterEach
    void end() {
        pool.end();
    }

    @Test
    void anIdleThreadIsUsedBeforeANewOne() throws Exception {
        for (int i = 0; i < 50; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            pool.execute(() -> {
                used.add(Thread.currentThread());
                ran.countDown();
            });
            assertTrue(ran.await(30, TimeUnit.SECONDS));
            await("it is idle", () -> used.stream().allMatch(each -> each.getState() == Thread.State.TIMED_WAITING));
        }
        assertEquals(1, used.size());
    }

    @Test
    void aTaskWaitsForNoOtherUntilAllThreadsAreBusyAndThenItRunsAfterThem() throws Exception {
        CountDownLatch busy = new CountDownLatch(BlockingThreads.LIMIT);
        CountDownLatch release = new CountDownLatch(1);
        int more = 1000;
        CountDownLatch ran = new CountDownLatch(BlockingThreads.LIMIT + more);
        for (int i = 0; i < BlockingThreads.LIMIT + more; i++) {
            pool.execute(() -> {
                used.add(Thread.currentThread());
                busy.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                ran.countDown();
            });
        }
        assertTrue(busy.await(30, TimeUnit.SECONDS));
        release.countDown();
        assertTrue(ran.await(30, TimeUnit.SECONDS), () -> ran.getCount() + " never ran");
        assertEquals(BlockingThreads.LIMIT, used.size());
    }

    @Test
    void nothingIsLostWhenThreadsBecomeIdleAsTasksCome() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        int tasks = 200_000;
        for (int i = 0; i < tasks; i++) {
            pool.execute(ran::incrementAndGet);
        }
        await("all ran", () -> ran.get() == tasks);
    }

    @Test
    void theEndLetsRunWhatRunsForAWhileInterruptsTheRestAndTakesNoMore() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        pool.execute(() -> {
            used.add(Thread.currentThread());
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertTrue(entered.await(30, TimeUnit.SECONDS));
        pool.end();
        assertTrue(interrupted.await(30, TimeUnit.SECONDS));
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
        Thread thread = used.iterator().next();
        thread.join(20_000);
        assertFalse(thread.isAlive());
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }
}
