package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The earliest deadline of what waits is known, whatever timeouts the sends have, and to ask for it costs nothing. */
class PendingSendsTest {
    private static final PendingSend.Completion NOBODY = new PendingSend.Completion() {
        @Override
        public boolean runsApplicationCode() {
            return false;
        }

        @Override
        public void ended(@Nullable Throwable failure) {}
    };

    private final EndedSends ended = new EndedSends(new ReentrantLock());
    private final PendingSends pending = new PendingSends(ended);

    @Test
    void theEarliestDeadlineIsThatOfASearch() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            long now = Long.MAX_VALUE - 1000; // points in time may wrap around
            ArrayDeque<PendingSend> waiting = new ArrayDeque<>();
            long position = 0;
            for (int step = 0; step < 500; step++) {
                if (random.nextInt(3) > 0) {
                    long timeout = random.nextInt(4) == 0 ? Long.MAX_VALUE / 4 : random.nextInt(2000) - 200;
                    PendingSend send = new PendingSend(now + timeout, NOBODY);
                    pending.add(send, ++position);
                    waiting.add(send);
                } else {
                    long upTo = position - random.nextInt(Math.max(1, waiting.size()));
                    pending.endUpTo(upTo);
                    PendingSend taken = ended.take();
                    while (!waiting.isEmpty() && waiting.element().position() <= upTo) {
                        assertSame(waiting.remove(), taken);
                        taken = taken.next();
                    }
                    assertNull(taken);
                }
                now += random.nextInt(10);
                long at = now;
                long expected = waiting.stream()
                        .mapToLong(send -> send.deadline() - at)
                        .min()
                        .orElse(Long.MAX_VALUE);
                assertEquals(expected, pending.untilDeadline(now), "seed " + seed + ", step " + step);
                assertEquals(64L * waiting.size(), pending.heldBytes());
            }
            pending.endUpTo(Long.MAX_VALUE);
            ended.take();
        }
    }

    /** A search of all that wait for each question would take minutes here. */
    @Test
    void aQuestionForTheEarliestDeadlineDoesNotSearchAllThatWait() {
        int count = 300_000;
        for (int i = 1; i <= count; i++) {
            PendingSend send = new PendingSend(1_000_000L + i, NOBODY);
            pending.add(send, i);
        }
        long start = System.nanoTime();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += pending.untilDeadline(i);
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos(), "it searches");
        }
        assertTrue(sum > 0);
    }

    @Test
    void allFailTogetherInTheirOrder() {
        for (int i = 1; i <= 3; i++) {
            PendingSend send = new PendingSend(i, NOBODY);
            pending.add(send, i);
        }
        int position = 0;
        pending.failAll("ended");
        for (PendingSend send = ended.take(); send != null; send = send.next()) {
            assertEquals(++position, send.position());
        }
        assertEquals(3, position);
        assertEquals(Long.MAX_VALUE, pending.untilDeadline(0));
        assertEquals(0, pending.heldBytes());
    }
}
