package dev.hawser.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The looks at the memory of connections; here a clock that only the test advances decides when they are due. */
class MemoryWatchTest {
    private static final long BUDGET = 1 << 20;

    private final ScheduledExecutorService unused = ended();
    private final AtomicLong clock = new AtomicLong();
    private final MemoryWatch watch = new MemoryWatch(
            BUDGET, unused, clock::get, new MemoryAccount("hawser.test." + UUID.randomUUID(), System::nanoTime));
    private final StubPeer peer = new StubPeer(0);

    /** It takes no task, so only the test looks. */
    private static ScheduledExecutorService ended() {
        ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(1);
        executor.shutdownNow();
        return executor;
    }

    /** Otherwise nobody would resume it: only who was told that memory is short is told that it is not. */
    @Test
    void aConnectionThatPausedByItselfIsResumedEvenIfNoLookSawThatMemoryWasShort() {
        watch.begins(peer);
        watch.run();
        peer.pauseReading();
        watch.guard().hasPaused();
        watch.run(); // it does not wait for the next regular look
        assertFalse(peer.paused);
        assertEquals(1, watch.counts().pausedReadings());
    }

    @Test
    void ifItCannotBeResumedForLackOfMemoryTheNextLookTriesAgain() {
        watch.begins(peer);
        watch.run();
        peer.pauseReading();
        peer.fails = true;
        watch.guard().hasPaused();
        watch.run();
        assertTrue(peer.paused);
        peer.fails = false;
        watch.run();
        assertFalse(peer.paused);
        assertEquals(1, watch.counts().pausedReadings());
    }

    @Test
    void whileMemoryIsShortItStaysPaused() {
        watch.begins(peer);
        peer.bytes = 2 * BUDGET;
        watch.run();
        assertTrue(peer.paused);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2) / 10);
        watch.guard().hasPaused();
        watch.run();
        assertTrue(peer.paused, "memory is still short");
        peer.bytes = BUDGET - BUDGET / 16;
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        watch.run();
        assertFalse(peer.paused, "below its share");
    }

    @Test
    void aLookOfAnotherThreadStopsThoseAboveTheirShareUntilLessThanTheBudgetIsHeld() {
        watch.begins(peer);
        watch.run();
        MemoryGuard guard = watch.guard();
        assertNull(guard.tell(null, 1), "too little to tell");
        peer.bytes = 2 * BUDGET;
        MemoryGuard.Told told = guard.tell(null, peer.bytes);
        told.lookIfGrown();
        assertTrue(guard.isTooMuch(peer.bytes));
        assertFalse(guard.isTooMuch(BUDGET), "its share");
        peer.bytes = BUDGET;
        watch.run();
        assertFalse(guard.isTooMuch(2 * BUDGET));
    }

    /** A connection tells only when it reads; so it must know that a look has seen it with less. */
    @Test
    void whatIsHeldAgainAfterALookCountsAgain() {
        watch.begins(peer);
        watch.run();
        MemoryGuard guard = watch.guard();
        MemoryGuard.Told told = guard.tell(null, 2 * BUDGET);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        watch.run();
        told.seen(0);
        peer.bytes = 2 * BUDGET;
        assertSame(told, guard.tell(told, peer.bytes));
        told.lookIfGrown();
        assertTrue(guard.isTooMuch(peer.bytes));
    }
}
