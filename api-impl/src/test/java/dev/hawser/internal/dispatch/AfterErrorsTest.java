package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.OutboundQueue;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An error of the JVM, such as an OutOfMemoryError, costs what it hits and no thread: those who come later are served.
 */
class AfterErrorsTest {
    private static final Executor NONE = task -> {
        throw new AssertionError("nothing here may block");
    };

    private final DrainDispatcher dispatcher = new DrainDispatcher("test", 4, 200, 0, OutboundQueue.class, NONE);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aCallbackThatBlocksHoldsUpNobodyAfterTheMonitorMetAnError() throws Exception {
        CountDownLatch hasThrown = new CountDownLatch(1);
        Work blocks = new Work() {
            @Override
            public void run() {
                int slot = dispatcher.activeTurns().enter(this, Thread.currentThread());
                dispatcher.watch();
                await(release);
                dispatcher.activeTurns().leave(slot, this);
            }

            @Override
            public void flushDeferredSince(long since) {
                hasThrown.countDown();
                throw new OutOfMemoryError("of a test");
            }
        };
        dispatcher.ready(blocks.ticket);
        assertTrue(hasThrown.await(30, TimeUnit.SECONDS), "the monitor does not flush");
        for (int i = 0; i < 3; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            dispatcher.ready(
                    new Work() {
                        @Override
                        public void run() {
                            ran.countDown();
                        }
                    }.ticket);
            assertTrue(ran.await(30, TimeUnit.SECONDS), "turn " + i + " waits behind the blocked one");
        }
    }

    @Test
    void aTurnThatThrowsBeforeItHasBegunIsRunAgain() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        dispatcher.ready(
                new Work() {
                    @Override
                    public void run() {
                        if (tries.incrementAndGet() < 3) {
                            throw new StackOverflowError("of a test");
                        }
                        ran.countDown();
                    }
                }.ticket);
        assertTrue(ran.await(30, TimeUnit.SECONDS), () -> tries + " tries");
    }

    @Test
    void aTurnThatThrowsRunsAgainWhereTheGivenExecutorRunsTheTurns() throws Exception {
        Queue<Runnable> given = new ConcurrentLinkedQueue<>();
        TurnExecutor executor = given::add;
        DrainDispatcher ordered = new DrainDispatcher("ordered", 4, 200, 0, OutboundQueue.class, executor);
        Queue<Thread> ranBy = new ConcurrentLinkedQueue<>();
        ordered.ready(
                new Work() {
                    @Override
                    public void run() {
                        ranBy.add(Thread.currentThread());
                        if (ranBy.size() == 1) {
                            throw new StackOverflowError("of a test");
                        }
                    }
                }.ticket);
        for (int i = 0; i < 2; i++) {
            assertEquals(1, given.size());
            given.remove().run();
        }
        assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), List.copyOf(ranBy));
        ordered.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aTurnThatThrowsEachTimeIsGivenUpAndOthersRun() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        dispatcher.ready(
                new Work() {
                    @Override
                    public void run() {
                        tries.incrementAndGet();
                        throw new NoClassDefFoundError("of a test");
                    }
                }.ticket);
        CountDownLatch ran = new CountDownLatch(1);
        SessionHarness.await("it is tried", () -> tries.get() == 4);
        dispatcher.ready(
                new Work() {
                    @Override
                    public void run() {
                        ran.countDown();
                    }
                }.ticket);
        assertTrue(ran.await(30, TimeUnit.SECONDS));
        assertEquals(4, tries.get());
    }

    @Test
    void errorsOfOneKindAreAFewLinesInTheLog() {
        AtomicInteger lines = new AtomicInteger();
        Logger logger = Logger.getLogger("dev.hawser.dispatch");
        Handler counting = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.incrementAndGet();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(counting);
        try {
            AtomicInteger tries = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                dispatcher.ready(
                        new Work() {
                            @Override
                            public void run() {
                                tries.incrementAndGet();
                                throw new UnsatisfiedLinkError("of a test");
                            }
                        }.ticket);
            }
            SessionHarness.await("all are tried", () -> tries.get() == 400);
            dispatcher.stop(Duration.ofSeconds(5).toNanos()); // the last line is written behind the last try
        } finally {
            logger.removeHandler(counting);
        }
        // Ten, and one more in each ten seconds of a slow machine.
        assertTrue(lines.get() >= 10 && lines.get() <= 20, () -> lines + " lines");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A turn of nobody's. */
    private abstract static class Work implements Turn {
        final Ticket ticket = new Ticket(this);
    }
}
