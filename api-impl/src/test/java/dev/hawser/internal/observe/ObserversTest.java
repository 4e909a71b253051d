package dev.hawser.internal.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.ObservedHandshake;
import dev.hawser.QueuedObserver;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.SessionHarness;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What observers may do, and what becomes of those that do more. */
class ObserversTest {
    private static final ObservedConnection CONNECTION = new ObservedConnection("1", "/test", false);
    private static final long SLOW = Watcher.SLOW_NANOS + 1;

    /** Takes its time without using it up: the test says how long a call took. */
    private static final class Nothing implements ConnectionObserver {}

    @Test
    void anObserverIsTooSlowAfterTenSlowCallsInARow() {
        Watcher watcher = new Watcher(new Nothing());
        for (int i = 1; i < Watcher.MOST; i++) {
            assertTrue(watcher.isQuickEnough(SLOW), "call " + i);
        }
        assertFalse(watcher.isQuickEnough(SLOW));
    }

    @Test
    void pausesOfTheMachineDoNotAddUp() {
        Watcher watcher = new Watcher(new Nothing());
        for (int i = 0; i < 1000; i++) {
            assertTrue(watcher.isQuickEnough(SLOW), "pause " + i);
            for (int quick = 0; quick < Watcher.WEIGHT; quick++) {
                assertTrue(watcher.isQuickEnough(1000));
            }
        }
    }

    @Test
    void aSlowObserverIsNamedOnceAndThenTakenOut() {
        Observers observers = Observers.create();
        ConnectionObserver slow = new ConnectionObserver() {
            @Override
            public void handshakeDecided(ObservedHandshake handshake) {
                long until = System.nanoTime() + SLOW;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
        };
        observers.add(slow);
        List<String> log = logged(() -> {
            for (int i = 0; i < Watcher.MOST + 5; i++) {
                observers.handshakeDecided("/test", false, 101, observers.handshakeBegins("/test", false), null);
            }
        });
        assertTrue(observers.none());
        assertEquals(2, log.size(), log::toString);
        assertTrue(log.get(0).startsWith("INFO The observer " + slow.getClass().getName() + " took "), log.get(0));
        assertTrue(
                log.get(1).startsWith("WARNING The observer " + slow.getClass().getName() + " was removed"));
    }

    @Test
    void anObserverOfHawsersOwnIsNeitherNamedNorTakenOut() {
        List<String> log = logged(() -> {
            for (ConnectionObserver own : List.of(new FlightEvents(), FrameLog.ofSome(Set.of("/test"), Set.of()))) {
                Watcher watcher = new Watcher(own);
                for (int i = 0; i < 2 * Watcher.MOST; i++) {
                    assertTrue(watcher.isQuickEnough(SLOW), own.getClass() + ", call " + i);
                }
            }
        });
        assertEquals(List.of(), log);
    }

    /** Stands still at each sent frame until it may go on. */
    private static final class StandsStill implements ConnectionObserver {
        final CountDownLatch standing = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void frameSent(ObservedConnection connection, ObservedFrame frame) {
            standing.countDown();
            assertInTime(goOn);
        }
    }

    private static void assertInTime(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theEndIsToldBehindFramesThatAnotherThreadIsTelling() throws Exception {
        Observers observers = Observers.create();
        StandsStill slow = new StandsStill();
        RecordingObserver told = new RecordingObserver();
        observers.add(slow);
        observers.add(told);
        ConnectionEvents events = new ConnectionEvents(observers, CONNECTION, 0);
        Thread sender = new Thread(() -> {
            events.controlSent(Opcode.CLOSE, new byte[2], 1000);
            events.tell();
        });
        sender.start();
        assertInTime(slow.standing);
        events.frameReceived(Opcode.PING, true, 0, 0);
        events.tell();
        events.ended(CloseCause.CLOSED_BY_APPLICATION, 1000);
        events.controlSent(Opcode.PONG, new byte[0], 0);
        events.tell();
        assertEquals(List.of(), told.lines);
        slow.goOn.countDown();
        sender.join(TimeUnit.SECONDS.toMillis(30));
        assertEquals(
                List.of(
                        "frame out CLOSE fin rsv0 2 code 1000",
                        "frame in PING fin rsv0 0",
                        "ended CLOSED_BY_APPLICATION 1000"),
                told.lines,
                "and nothing after the end");
    }

    @Test
    void whoeverIsToldOfABeginningIsToldOfItsEndAndNobodyElse() {
        Observers observers = Observers.create();
        RecordingObserver removed = new RecordingObserver();
        RecordingObserver added = new RecordingObserver();
        observers.add(removed);
        ConnectionEvents events = new ConnectionEvents(observers, CONNECTION, 0);
        Observers.Begun callback = events.callbackBegins(ObservedCallback.MESSAGE);
        Observers.Begun handshake = observers.handshakeBegins("/test", false);
        observers.remove(removed);
        observers.add(added);
        observers.handshakeDecided("/test", false, 101, handshake, null);
        events.callbackReturned(ObservedCallback.MESSAGE, callback);
        assertEquals(List.of("handshake /test 101", "callback MESSAGE"), removed.lines);
        assertEquals(List.of(), added.lines);
    }

    @Test
    void anObserverThatIsTakenOutLearnsIt() {
        Observers observers = Observers.create();
        AtomicInteger times = new AtomicInteger();
        ConnectionObserver slow = new ConnectionObserver() {
            @Override
            public void memoryBudgetReached(long heldBytes, long budget) {
                LockSupport.parkNanos(2 * SLOW);
            }

            @Override
            public void takenOut() {
                times.incrementAndGet();
                throw new IllegalStateException("as the test wants it");
            }
        };
        observers.add(slow);
        observers.remove(slow);
        assertEquals(0, times.get(), "it knows that");
        observers.add(slow);
        logged(() -> {
            for (int i = 0; !observers.none() && i < 1000; i++) {
                observers.memoryBudgetReached(2, 1);
            }
        });
        assertTrue(observers.none());
        assertEquals(1, times.get());
    }

    @Test
    void anObserverLeavesTheInterruptFlagAsItWas() {
        Observers observers = Observers.create();
        observers.add(new ConnectionObserver() {
            @Override
            public void handshakeDecided(ObservedHandshake handshake) {
                if (!Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        observers.handshakeDecided("/test", false, 101, observers.handshakeBegins("/test", false), null);
        assertFalse(Thread.interrupted());
        Thread.currentThread().interrupt();
        observers.handshakeDecided("/test", false, 101, observers.handshakeBegins("/test", false), null);
        assertTrue(Thread.interrupted());
    }

    @Test
    void anObserverThatWasAddedTwiceIsToldOnce() {
        Observers observers = Observers.create();
        RecordingObserver told = new RecordingObserver();
        observers.add(told);
        observers.add(told);
        observers.handshakeDecided("/test", false, 403, observers.handshakeBegins("/test", false), null);
        assertEquals(List.of("handshake /test 403"), told.lines);
    }

    @Test
    void ownObserversWatchAllContainersAlsoLaterOnes() {
        Observers before = Observers.create();
        RecordingObserver told = new RecordingObserver();
        Observers.addEverywhere(told);
        try {
            Observers after = Observers.create();
            before.handshakeDecided("/before", false, 101, before.handshakeBegins("/before", false), null);
            after.handshakeDecided("/after", false, 101, after.handshakeBegins("/after", false), null);
        } finally {
            Observers.removeEverywhere(told);
        }
        assertTrue(told.has("handshake /before 101", "handshake /after 101"), told.lines::toString);
        assertTrue(before.none());
    }

    @Test
    void eventsOfOneConnectionAreToldOneAtATimeAndAllOfThem() throws Exception {
        Observers observers = Observers.create();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        observers.add(new ConnectionObserver() {
            @Override
            public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_000);
                told.incrementAndGet();
                inside.decrementAndGet();
            }
        });
        ConnectionEvents events = new ConnectionEvents(observers, CONNECTION, 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (int i = 0; i < 500; i++) {
                        events.messageReceived(Opcode.TEXT, i);
                        events.tell();
                    }
                });
            }
        } finally {
            threads.shutdown();
            assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
        }
        assertEquals(2000, told.get());
        assertEquals(1, most.get());
    }

    @Test
    void aQueuedObserverHoldsNobodyUpAndCountsWhatItDrops() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        ConnectionObserver waits = new ConnectionObserver() {
            @Override
            public void handshakeDecided(ObservedHandshake handshake) {
                blocked.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                statuses.add(handshake.status());
            }
        };
        try (QueuedObserver queued = QueuedObserver.start(waits, 3)) {
            queued.handshakeDecided(new ObservedHandshake("/test", false, 1, 0, null));
            assertTrue(blocked.await(30, TimeUnit.SECONDS));
            for (int i = 2; i <= 10; i++) {
                queued.handshakeDecided(new ObservedHandshake("/test", false, i, 0, null));
            }
            assertEquals(3, queued.waiting());
            assertEquals(6, queued.dropped());
            goesOn.countDown();
            SessionHarness.await("the rest", () -> statuses.equals(List.of(1, 2, 3, 4)));
        }
    }

    @Test
    void aQueuedObserverGoesOnAfterAnErrorAndEndsWhenItIsClosed() {
        RecordingObserver told = new RecordingObserver();
        ConnectionObserver fails = new ConnectionObserver() {
            @Override
            public void handshakeDecided(ObservedHandshake handshake) {
                told.handshakeDecided(handshake);
                throw new StackOverflowError("as the test wants it");
            }
        };
        List<String> log = logged(() -> {
            try (QueuedObserver queued = QueuedObserver.start(fails, 10)) {
                queued.handshakeDecided(new ObservedHandshake("/a", false, 1, 0, null));
                queued.handshakeDecided(new ObservedHandshake("/b", false, 2, 0, null));
                SessionHarness.await("both", () -> told.has("handshake /a 1", "handshake /b 2"));
            }
        });
        assertEquals(1, log.size(), log::toString);
    }

    private static List<String> logged(Runnable action) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.hawser.observer");
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        return lines;
    }
}
