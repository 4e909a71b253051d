package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One account for the Java machine, and how a connection is counted in it. */
class MemoryAccountTest {
    private static final int CHUNK = HeldBytes.CHUNK;

    /** Other tests of this JVM may hold something. */
    private final long others = heldByAll();

    private static long heldByAll() {
        try (MemoryAccount account = new MemoryAccount(1)) {
            return account.heldByAll();
        }
    }

    @Test
    void allContainersHaveOneBudgetAndOneThatIsClosedHoldsNothing() {
        try (MemoryAccount first = new MemoryAccount(others + 100_000)) {
            try (MemoryAccount second = new MemoryAccount(0)) {
                first.add(60_000);
                second.add(60_000);
                assertTrue(first.isExceeded());
                assertFalse(second.isExceeded());
                assertEquals(others + 120_000, second.heldByAll());
                assertEquals(60_000, first.held());
                assertEquals(Runtime.getRuntime().maxMemory() / 4, second.budget());
            }
            assertFalse(first.isExceeded(), "what the closed one held is given back");
            assertEquals(others + 60_000, first.heldByAll());
        }
        assertEquals(others, heldByAll());
    }

    @Test
    void whatIsSharedHasOnlyObjectsOfTheJdk() {
        try (MemoryAccount account = new MemoryAccount(0)) {
            Object shared = System.getProperties().get(MemoryAccount.KEY);
            assertSame(CopyOnWriteArrayList.class, shared.getClass());
            for (Object entry : (List<?>) shared) {
                assertSame(WeakReference.class, entry.getClass());
                Object sums = ((WeakReference<?>) entry).get();
                assertTrue(sums == null || sums.getClass() == AtomicLong[].class, () -> "a " + sums.getClass());
            }
            assertTrue(account.budget() > 0);
        }
    }

    /** As an application that was undeployed without a word. */
    @Test
    void whatACollectedContainerHeldIsNoLongerCounted() {
        new MemoryAccount(0).add(1_000_000);
        try (MemoryAccount left = new MemoryAccount(0)) {
            SessionHarness.await("the other one is collected", () -> {
                System.gc();
                return left.heldByAll() <= others;
            });
        }
    }

    @Test
    void theShareIsTheBudgetDividedByTheConnectionsButNotLessThanAChunk() {
        try (MemoryAccount account = new MemoryAccount(1 << 30)) {
            long alone = account.share();
            for (int i = 0; i < 1000; i++) {
                account.connectionOpened();
            }
            assertTrue(account.share() <= (1 << 30) / 1000 && account.share() < alone, account.share() + " bytes");
            for (int i = 0; i < 1_000_000; i++) {
                account.connectionOpened();
            }
            assertEquals(8 * 1024, account.share());
        }
    }

    @Test
    void smallMessagesNeverTouchTheAccount() {
        try (MemoryAccount account = new MemoryAccount(0)) {
            HeldBytes held = new HeldBytes(account, () -> {
                throw new AssertionError("grown");
            });
            for (int i = 0; i < 1000; i++) {
                held.set(i % (CHUNK + 1));
                assertEquals(0, account.held());
            }
        }
    }

    /** Whatever is held, the account has it within two chunks, or nothing below one; and nothing at the end. */
    @Test
    void theAccountHasWhatIsHeldWithinTwoChunks() {
        Random random = new Random(7);
        try (MemoryAccount account = new MemoryAccount(0)) {
            for (int connection = 0; connection < 200; connection++) {
                HeldBytes held = new HeldBytes(account, () -> {});
                long now = 0;
                for (int step = 0; step < 500; step++) {
                    now = random.nextInt(10) == 0 ? 0 : Math.max(0, now + random.nextInt(6 * CHUNK) - 3 * CHUNK);
                    held.set(now);
                    long bytes = now;
                    long counted = account.held();
                    assertEquals(counted, held.counted());
                    assertTrue(now <= CHUNK || counted >= now, () -> counted + " for " + bytes);
                    assertTrue(counted < now + 3 * CHUNK, () -> counted + " for " + bytes);
                    assertTrue(now >= CHUNK / 2 || counted == 0, () -> counted + " for " + bytes);
                }
                held.end();
                held.set(50 * CHUNK);
                assertEquals(0, account.held());
            }
        }
    }

    @Test
    void whatSwingsAroundTheEndOfAChunkDoesNotTouchTheAccountEachTime() {
        AtomicLong grown = new AtomicLong();
        try (MemoryAccount account = new MemoryAccount(0)) {
            HeldBytes held = new HeldBytes(account, grown::incrementAndGet);
            for (int i = 0; i < 1000; i++) {
                held.set(5 * CHUNK + (i % 2 == 0 ? 1 : -1));
            }
            assertEquals(1, grown.get());
            held.end();
        }
    }
}
