package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.dispatch.ActiveTurns;
import dev.hawser.internal.dispatch.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An errand that was begun is run, by one worker at a time, whatever throws. */
class ErrandTest {
    private final Deque<Turn.Ticket> queued = new ArrayDeque<>();
    private final List<String> runs = new ArrayList<>();
    private final ActiveTurns activeTurns = new ActiveTurns();

    private Errand errand(Runnable work) {
        return new Errand(queued::add, activeTurns, work);
    }

    @Test
    void itIsQueuedOnceHoweverOftenItIsBegun() {
        Errand errand = errand(() -> runs.add("run"));
        for (int i = 0; i < 5; i++) {
            errand.begin();
        }
        assertEquals(1, queued.size());
        errand.run();
        assertEquals(List.of("run"), runs);
        errand.begin();
        assertEquals(2, queued.size(), "it is at rest, and is queued again");
    }

    @Test
    void oneThatIsBegunWhileItRunsRunsOnceMoreAndNotAtTheSameTime() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        AtomicInteger at = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger times = new AtomicInteger();
        Errand errand = errand(() -> {
            most.accumulateAndGet(at.incrementAndGet(), Math::max);
            times.incrementAndGet();
            inside.countDown();
            try {
                mayReturn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                at.decrementAndGet();
            }
        });
        errand.begin();
        Thread worker = new Thread(errand);
        worker.start();
        assertTrue(inside.await(30, TimeUnit.SECONDS));
        errand.begin();
        errand.begin();
        assertEquals(1, queued.size(), "the worker that runs it goes on");
        mayReturn.countDown();
        worker.join(30_000);
        assertEquals(2, times.get());
        assertEquals(1, most.get());
    }

    @Test
    void oneThatNoWorkerTakesIsBegunAgain() {
        AtomicInteger attempts = new AtomicInteger();
        Errand errand = new Errand(
                ticket -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("of the test");
                    }
                    queued.add(ticket);
                },
                activeTurns,
                () -> runs.add("run"));
        assertThrows(OutOfMemoryError.class, errand::begin);
        errand.begin();
        assertEquals(1, queued.size());
        errand.run();
        assertEquals(List.of("run"), runs);
    }

    @Test
    void oneWhoseWorkThrowsIsBegunAgainAndItsWorkerLives() {
        Errand errand = errand(() -> {
            runs.add("run");
            throw new StackOverflowError("of the test");
        });
        errand.begin();
        errand.run();
        errand.begin();
        assertEquals(2, queued.size());
        errand.run();
        assertEquals(List.of("run", "run"), runs);
    }
}
