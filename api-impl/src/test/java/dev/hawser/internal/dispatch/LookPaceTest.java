package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A monitor that finds nothing to do looks less often, and no reply waits longer for that. */
class LookPaceTest {
    private static final long OFTEN = 500_000;
    private static final long CALM = 1_000_000;

    @ParameterizedTest
    @ValueSource(longs = {500_000, 750_000, 1_000_000, 5_000_000, 1_000_000_000})
    void noReplyWaitsLongerThanTheFlushDelayWhateverTheLooksFind(long flushDelay) {
        LookPace pace = new LookPace(flushDelay);
        Random random = new Random(flushDelay);
        for (int look = 0; look < 10_000; look++) {
            long held = pace.longestHeld();
            pace.looked(random.nextInt(20) == 0);
            if (random.nextInt(50) == 0) {
                pace.hurry();
            }
            assertTrue(held + pace.interval() <= flushDelay, "look " + look);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100_000, 499_999})
    void aShorterDelayMeansThatEachLookSendsEverything(long flushDelay) {
        LookPace pace = new LookPace(flushDelay);
        for (int look = 0; look < 100; look++) {
            assertEquals(0, pace.longestHeld());
            assertEquals(OFTEN, pace.interval());
            pace.looked(false);
        }
    }

    @Test
    void eightLooksThatFindNothingMakeItCalmAndAnythingFoundEndsThat() {
        LookPace pace = new LookPace(CALM);
        for (int round = 0; round < 3; round++) {
            for (int look = 0; look < 8; look++) {
                assertEquals(OFTEN, pace.interval());
                pace.looked(false);
            }
            assertEquals(CALM, pace.interval());
            pace.looked(false);
            assertEquals(CALM, pace.interval());
            switch (round) {
                case 0 -> pace.looked(true);
                case 1 -> {
                    pace.hurry();
                    assertEquals(OFTEN, pace.interval(), "at once");
                    pace.looked(false);
                }
                default -> pace.rested();
            }
            assertEquals(OFTEN, pace.interval());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000, 40_000_000})
    void theMonitorDoesNotRestBeforeRepliesThatAreHeldBackAreDue(long flushDelay) {
        LookPace pace = new LookPace(flushDelay);
        assertTrue(pace.goesOn(true));
        long passed = 0;
        while (pace.goesOn(false)) {
            passed += OFTEN;
        }
        assertTrue(passed > flushDelay, "rests after " + passed);
        assertTrue(passed < flushDelay + 10 * CALM + OFTEN, "rests after " + passed);
        assertTrue(pace.goesOn(true));
        assertTrue(pace.goesOn(false));
    }

    /** The callback returns when it sees that its reply was sent. */
    @ParameterizedTest
    @ValueSource(ints = {1, 40})
    void aReplyIsSentWhileTheCallbackRunsHoweverLongItMayBeHeld(int flushMillis) throws Exception {
        DrainDispatcher dispatcher = new DrainDispatcher(
                "pace", 2, 2, Duration.ofMillis(flushMillis).toNanos(), LookPaceTest.class, Runnable::run);
        try {
            Replying turn = new Replying(dispatcher);
            dispatcher.ready(new Turn.Ticket(turn));
            assertTrue(turn.sent.await(30, TimeUnit.SECONDS));
        } finally {
            dispatcher.stop(TimeUnit.SECONDS.toNanos(5));
        }
    }

    private static final class Replying implements Turn {
        private final DrainDispatcher dispatcher;
        private final CountDownLatch sent = new CountDownLatch(1);
        private volatile long heldSince;

        Replying(DrainDispatcher dispatcher) {
            this.dispatcher = dispatcher;
        }

        @Override
        public void run() {
            heldSince = System.nanoTime();
            int slot = dispatcher.activeTurns().enter(this, Thread.currentThread());
            try {
                dispatcher.watch();
                sent.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                dispatcher.activeTurns().leave(slot, this);
            }
        }

        @Override
        public void flushDeferredSince(long since) {
            if (since - heldSince >= 0) {
                sent.countDown();
            }
        }
    }
}
