package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.OutboundQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A turn that takes long lets others go first, in its middle, and no more of them run at once for that. */
class StandingAsideTest {
    private final AtomicInteger failingStarts = new AtomicInteger();
    private final AtomicInteger starts = new AtomicInteger();
    private final DispatchThreads threads = new DispatchThreads(this::thread);
    private final Workers workers = new Workers(threads, "test-", 8, StandingAsideTest::refuse, () -> {});
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        workers.stop();
        threads.stop(System.nanoTime() + Duration.ofSeconds(30).toNanos());
    }

    @Test
    void whatWaitsRunsBeforeTheTurnThatStoodAsideGoesOn() {
        run("long", () -> {
            run("first", () -> {});
            run("second", () -> {});
            workers.standAside();
        });
        awaitTold(List.of("first", "second", "long"));
    }

    @Test
    void heavyTurnsThatWaitedBeforeGoFirstAndLaterOnesDoNot() {
        run("long", () -> {
            run("heavy", Turn.Weight.HEAVY, () -> run("later", Turn.Weight.HEAVY, () -> {}));
            run("light", () -> {});
            workers.standAside();
        });
        awaitTold(List.of("light", "heavy", "long", "later"));
    }

    @Test
    void turnsThatStandAsideForEachOtherRunOneAtATime() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 6; i++) {
            run("long", () -> {
                for (int share = 0; share < 20; share++) {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    run("light", () -> {});
                    running.decrementAndGet();
                    workers.standAside();
                }
            });
        }
        SessionHarness.await("all have run", () -> told.size() == 6 * 21);
        assertEquals(1, most.get());
        assertTrue(starts.get() <= 8, "threads: " + starts);
    }

    @Test
    void nobodyStandsAsideForHeavyTurnsOrForNone() {
        run("long", () -> {
            workers.standAside();
            run("heavy", Turn.Weight.HEAVY, () -> {});
            workers.standAside();
        });
        awaitTold(List.of("long", "heavy"));
        assertEquals(1, starts.get());
    }

    @Test
    void aThreadThatIsNoWorkerDoesNotStandAside() {
        CountDownLatch end = new CountDownLatch(1);
        run("blocks", () -> awaitIgnoringInterrupts(end));
        run("light", () -> {});
        workers.standAside();
        assertEquals(List.of(), told);
        end.countDown();
        awaitTold(List.of("blocks", "light"));
    }

    @Test
    void anInterruptEndsTheWaitAndStaysAndTheWorkersGoOn() {
        AtomicReference<Thread> standing = new AtomicReference<>();
        CountDownLatch end = new CountDownLatch(1);
        run("long", () -> {
            standing.set(Thread.currentThread());
            run("blocks", () -> awaitIgnoringInterrupts(end));
            workers.standAside();
            told.add("interrupted: " + Thread.interrupted());
        });
        SessionHarness.await("it stands aside", () -> standing.get() != null && ThreadSight.isParked(standing.get()));
        standing.get().interrupt();
        awaitTold(List.of("interrupted: true", "long"));
        end.countDown();
        awaitTold(List.of("interrupted: true", "long", "blocks"));
        run("later", () -> {});
        awaitTold(List.of("interrupted: true", "long", "blocks", "later"));
    }

    @Test
    void aTurnWhoseStandInCannotBeStartedGoesOn() {
        run("long", () -> {
            failingStarts.set(1);
            run("light", () -> {});
            workers.standAside();
        });
        awaitTold(List.of("long", "light"));
        run("later", () -> {});
        awaitTold(List.of("long", "light", "later"));
    }

    @Test
    void theTimeAsideIsNoneOfTheTurns() {
        TurnLoad load = new TurnLoad(millis(5));
        Thread waiting = Thread.currentThread();
        ThreadSight sight = new ThreadSight(OutboundQueue.class);
        load.begins(0);
        assertFalse(load.hadItsShare(400_000));
        assertTrue(load.hadItsShare(600_000));
        load.standsAside();
        assertFalse(load.isLost(waiting, true, millis(300), sight), "another has its worker");
        load.goesOn(600_000, millis(300));
        assertFalse(load.hadItsShare(millis(300) + 400_000));
        assertFalse(load.isLost(waiting, true, millis(305), sight));
        load.ends(millis(301), 1, true, false);
        assertFalse(load.mayBlock());
        assertTrue(load.averageNanos() < millis(2), "average: " + load.averageNanos());
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void run(String name, Runnable work) {
        run(name, Turn.Weight.USUAL, work);
    }

    private void run(String name, Turn.Weight weight, Runnable work) {
        workers.queue(new Turn.Ticket(new Told(name, weight, work, told)), false);
    }

    private void awaitTold(List<String> expected) {
        SessionHarness.await(expected + " and not " + told, () -> told.size() >= expected.size());
        assertEquals(expected, told);
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // it waits on
            }
        }
    }

    private static void refuse(Runnable task) {
        throw new RejectedExecutionException("full");
    }

    private Thread thread(Runnable task) {
        return new Thread(task) {
            @Override
            public synchronized void start() {
                if (failingStarts.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
                    throw new OutOfMemoryError("unable to create native thread"); // as the JVM says it
                }
                starts.incrementAndGet();
                super.start();
            }
        };
    }

    /** Works, and then writes its name down. */
    private record Told(String name, Weight weight, Runnable work, List<String> told) implements Turn {
        @Override
        public void run() {
            work.run();
            told.add(name);
        }
    }
}
