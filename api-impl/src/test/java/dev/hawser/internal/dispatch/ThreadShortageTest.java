package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.OutboundQueue;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A process that may have no more threads for a while loses no callback: not even the one for which a thread could not
 * be started.
 */
class ThreadShortageTest {
    private static final VirtualThreads NO_VIRTUAL = new VirtualThreads("test-virtual", task -> {
        throw new OutOfMemoryError("no virtual thread");
    });

    /** In the names of the threads that cannot be started. */
    private volatile String failing = "";

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger tries = new AtomicInteger();
    private final ExecutorService container = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        container.shutdownNow();
    }

    @Test
    void aThreadOfTheContainerRunsATurnForWhichNoWorkerCanBeStarted() throws Exception {
        failures.set(Integer.MAX_VALUE);
        DrainDispatcher dispatcher =
                new DrainDispatcher("test", 4, 200, 0, OutboundQueue.class, container, this::thread, NO_VIRTUAL);
        Told turn = new Told(false);
        dispatcher.ready(turn.ticket);
        assertTrue(turn.told.await(30, TimeUnit.SECONDS));
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void whenThreadsCanBeStartedAgainTheTurnsThatWaitRunAndLaterOnesToo() throws Exception {
        failures.set(7);
        DrainDispatcher dispatcher = new DrainDispatcher(
                "test", 4, 200, 0, OutboundQueue.class, ThreadShortageTest::refuse, this::thread, NO_VIRTUAL);
        Told first = new Told(false);
        dispatcher.ready(first.ticket);
        for (int i = 0; first.told.getCount() > 0 && i < 10; i++) {
            Told next = new Told(false);
            dispatcher.ready(next.ticket);
            if (tries.get() > 7) {
                assertTrue(next.told.await(30, TimeUnit.SECONDS), "turn " + i);
            }
        }
        assertTrue(first.told.await(30, TimeUnit.SECONDS));
        Told last = new Told(false);
        dispatcher.ready(last.ticket);
        assertTrue(last.told.await(30, TimeUnit.SECONDS));
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aTurnThatBlocksGoesToAWorkerIfNoThreadForItCanBeStarted() throws Exception {
        failing = "blocking";
        failures.set(Integer.MAX_VALUE);
        DrainDispatcher dispatcher = new DrainDispatcher(
                "test", 4, 200, 0, OutboundQueue.class, ThreadShortageTest::refuse, this::thread, NO_VIRTUAL);
        Told turn = new Told(true);
        dispatcher.ready(turn.ticket);
        assertTrue(turn.told.await(30, TimeUnit.SECONDS));
        assertFalse(Thread.currentThread().isInterrupted());
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aTurnForWhichNoVirtualThreadCanBeStartedRunsOnAWorker() throws Exception {
        DrainDispatcher dispatcher =
                new DrainDispatcher("test", 4, 200, 0, OutboundQueue.class, container, this::thread, NO_VIRTUAL);
        Told turn = new Told(false, true);
        dispatcher.ready(turn.ticket);
        assertTrue(turn.told.await(30, TimeUnit.SECONDS));
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    private static void refuse(Runnable task) {
        throw new RejectedExecutionException("full");
    }

    private Thread thread(Runnable task) {
        return new Thread(task) {
            @Override
            public synchronized void start() {
                tries.incrementAndGet();
                if (getName().contains(failing) && failures.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
                    throw new OutOfMemoryError("unable to create native thread"); // as the JVM says it
                }
                super.start();
            }
        };
    }

    /** Tells that it ran. */
    private static final class Told implements Turn {
        final Ticket ticket = new Ticket(this);
        final CountDownLatch told = new CountDownLatch(1);
        private final boolean blocks;
        private final boolean virtual;

        Told(boolean blocks) {
            this(blocks, false);
        }

        Told(boolean blocks, boolean virtual) {
            this.blocks = blocks;
            this.virtual = virtual;
        }

        @Override
        public void run() {
            told.countDown();
        }

        @Override
        public boolean mayBlock() {
            return blocks;
        }

        @Override
        public boolean wantsVirtualThread() {
            return virtual;
        }
    }
}
