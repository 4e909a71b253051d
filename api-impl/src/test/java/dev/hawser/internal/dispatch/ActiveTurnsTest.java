package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which turns run at this moment. */
class ActiveTurnsTest {
    @Test
    void moreTurnsThanSlotsAreAllWatched() {
        ActiveTurns turns = new ActiveTurns();
        AtomicInteger flushed = new AtomicInteger();
        int count = 1000;
        Turn[] running = new Turn[count];
        int[] slots = new int[count];
        for (int i = 0; i < count; i++) {
            running[i] = new Counting(flushed);
            slots[i] = turns.enter(running[i], new Thread());
        }
        turns.flushDeferredSince(0);
        assertEquals(count, flushed.get());
        for (int i = 0; i < count; i++) {
            turns.leave(slots[i], running[i]);
        }
        turns.flushDeferredSince(0);
        assertEquals(count, flushed.get());
    }

    /** Counts how often it is flushed. */
    private static final class Counting implements Turn {
        private final AtomicInteger flushed;

        Counting(AtomicInteger flushed) {
            this.flushed = flushed;
        }

        @Override
        public void flushDeferredSince(long since) {
            flushed.incrementAndGet();
        }

        @Override
        public void run() {}
    }
}
