package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deadlines of many sessions, by a clock that the test sets. The test is the thread of the timer. */
class DeadlineQueueTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = Long.MAX_VALUE - 3 * SECOND; // points in time wrap around
    private final Clock clock = new Clock() {
        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void await(Condition condition, long nanos) {
            throw new AssertionError("nobody waits");
        }
    };
    /** How many tasks cannot be scheduled for lack of memory. */
    private int failures;
    /** A timer with no thread, which keeps its tasks. */
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(0, task -> null) {
        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            if (failures > 0) {
                failures--;
                throw new OutOfMemoryError("as the test will have it");
            }
            return super.scheduleWithFixedDelay(task, first, delay, unit);
        }
    };

    private final DeadlineQueue queue = new DeadlineQueue(timer, clock);
    private final List<String> looks = new ArrayList<>();

    DeadlineQueueTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    private TimerEntry entry(String name) {
        return new TimerEntry(queue, () -> looks.add(name));
    }

    private int tasks() {
        return timer.getQueue().size();
    }

    /** When the only task runs, from now. */
    private long untilTask() {
        assertEquals(1, tasks());
        return ((ScheduledFuture<?>) timer.getQueue().iterator().next()).getDelay(TimeUnit.NANOSECONDS);
    }

    private void passAndRun(long nanos) {
        now += nanos;
        queue.run();
    }

    @Test
    void manySessionsHaveOneTaskForTheEarliest() {
        TimerEntry late = entry("late");
        late.scheduleAt(now + 50 * SECOND);
        TimerEntry early = entry("early");
        early.scheduleAt(now + 20 * SECOND);
        entry("later").scheduleAt(now + 60 * SECOND);
        assertTrue(untilTask() <= 20 * SECOND);
        passAndRun(20 * SECOND);
        assertEquals(List.of("early"), looks);
        early.end();
        passAndRun(30 * SECOND);
        assertEquals(List.of("early", "late"), looks);
    }

    @Test
    void anEarlierDeadlineCountsAndALaterOneDoesNot() {
        TimerEntry entry = entry("look");
        entry.scheduleAt(now + 20 * SECOND);
        entry.scheduleAt(now + 30 * SECOND);
        entry.scheduleAt(now + 10 * SECOND);
        assertTrue(untilTask() <= 10 * SECOND);
        passAndRun(10 * SECOND);
        assertEquals(1, looks.size());
        entry.scheduleAt(now + 30 * SECOND); // the old one has come
        passAndRun(29 * SECOND);
        assertEquals(1, looks.size());
        passAndRun(SECOND);
        assertEquals(2, looks.size());
    }

    @Test
    void aDeadlineThatHasComeAndWasNotReplacedComesAgainAfterASecond() {
        TimerEntry entry = entry("look");
        entry.scheduleAt(now + SECOND);
        passAndRun(SECOND);
        passAndRun(SECOND - 1);
        assertEquals(1, looks.size());
        passAndRun(1);
        assertEquals(2, looks.size());
        entry.isNotNeeded();
        assertEquals(0, queue.size());
        assertEquals(0, tasks());
    }

    @Test
    void aDeadlineThatIsStillToComeIsNeeded() {
        TimerEntry entry = entry("look");
        entry.scheduleAt(now + SECOND);
        entry.isNotNeeded();
        assertEquals(1, queue.size());
    }

    @Test
    void aLookThatMakesItsDeadlineDueAtOnceDoesNotKeepTheTimerFromOthers() {
        TimerEntry[] busy = new TimerEntry[1];
        busy[0] = new TimerEntry(queue, () -> {
            looks.add("busy");
            busy[0].scheduleAt(now - SECOND);
        });
        busy[0].scheduleAt(now);
        entry("other").scheduleAt(now);
        queue.run();
        assertEquals(List.of("busy", "other"), looks.stream().sorted().toList());
        assertTrue(untilTask() <= 0);
        queue.run();
        assertEquals(3, looks.size(), "at the same time, in another run");
        passAndRun(SECOND);
        assertEquals(2, looks.stream().filter("other"::equals).count(), looks::toString);
    }

    @Test
    void aLookThatThrowsLosesNeitherItsOwnNextNorThatOfOthers() {
        TimerEntry failing = new TimerEntry(queue, () -> {
            looks.add("failing");
            throw new StackOverflowError("as the test will have it");
        });
        failing.scheduleAt(now);
        entry("other").scheduleAt(now + 1);
        passAndRun(1);
        assertEquals(List.of("failing", "other"), looks);
        passAndRun(SECOND);
        assertEquals(
                List.of("failing", "failing", "other", "other"),
                looks.stream().sorted().toList());
    }

    @Test
    void anEntryThatCouldNotBeScheduledKeepsNoOtherFromIt() {
        TimerEntry failed = entry("failed");
        failures = 1;
        assertThrows(OutOfMemoryError.class, () -> failed.scheduleRetryAt(now + SECOND));
        assertEquals(0, tasks());
        entry("other").scheduleAt(now + 2 * SECOND);
        assertTrue(untilTask() <= 2 * SECOND);
        failed.scheduleAt(now + SECOND);
        assertTrue(untilTask() <= SECOND);
    }

    @Test
    void theEarlierDeadlineThatCouldNotBeSetLeavesTheOneThatWas() {
        TimerEntry entry = entry("look");
        entry.scheduleAt(now + 2 * SECOND);
        failures = 1;
        assertThrows(OutOfMemoryError.class, () -> entry.scheduleAt(now + SECOND));
        assertFalse(entry.isEarlier(now + SECOND));
        assertTrue(entry.isEarlier(now + 2 * SECOND));
        entry.isNotNeeded();
        passAndRun(2 * SECOND);
        assertEquals(List.of("look"), looks);
    }

    /** The timer's own code may lack memory, or its thread may die. */
    @Test
    void aTaskThatTheTimerHasLostIsReplacedByTheNextDeadline() {
        entry("first").scheduleAt(now + SECOND);
        timer.getQueue().clear();
        entry("second").scheduleAt(now + 20 * SECOND);
        assertEquals(0, tasks(), "it may still come");
        now += 10 * SECOND;
        entry("third").scheduleAt(now + 20 * SECOND);
        assertTrue(untilTask() <= 0);
        Object replaced = timer.getQueue().iterator().next();
        entry("fourth").scheduleAt(now);
        assertSame(replaced, timer.getQueue().iterator().next(), "a timer that is late is given no more to do");
        queue.run();
        assertEquals(List.of("first", "fourth"), looks);
    }

    @Test
    void aTaskThatHasEndedIsReplacedByTheNextDeadline() {
        entry("first").scheduleAt(now + SECOND);
        ((ScheduledFuture<?>) timer.getQueue().iterator().next()).cancel(false);
        entry("second").scheduleAt(now + 2 * SECOND);
        assertTrue(untilTask() <= SECOND);
    }

    @Test
    void theTaskStaysIfThereIsNoMemoryForTheNext() {
        entry("first").scheduleAt(now);
        entry("second").scheduleAt(now + 10 * SECOND);
        failures = 1;
        queue.run();
        assertEquals(1, tasks(), "it runs again in a second");
        passAndRun(SECOND);
        assertEquals(List.of("first", "first"), looks);
        assertEquals(1, tasks());
    }

    @Test
    void afterTheEndOnlyWhatIsTriedAgainHasADeadline() {
        TimerEntry entry = entry("look");
        entry.scheduleAt(now + SECOND);
        entry.end();
        entry.scheduleAt(now);
        assertEquals(0, tasks());
        entry.scheduleRetryAt(now + SECOND);
        passAndRun(SECOND);
        assertEquals(1, looks.size());
        entry.isNotNeeded();
        assertEquals(0, queue.size());
    }

    @Test
    void aContainerThatHasStoppedHoldsNoSession() {
        TimerEntry before = entry("before");
        before.scheduleAt(now + SECOND);
        timer.shutdownNow();
        entry("after").scheduleAt(now);
        assertEquals(0, queue.size());
        assertFalse(before.isEarlier(now + SECOND));
    }

    /** A random world, compared with a map that is searched. Some tasks cannot be scheduled, some entries end. */
    @Test
    void looksComeInTheOrderOfTheirDeadlinesAndNoneIsLost() {
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            World world = new World();
            for (int step = 0; step < 2000; step++) {
                int kind = random.nextInt(8);
                if (kind < 2) {
                    now += random.nextInt(40);
                    world.run("seed " + seed);
                } else if (kind == 2) {
                    world.end(random);
                } else {
                    failures = random.nextInt(10) == 0 ? 1 : 0;
                    world.schedule(random);
                    failures = 0;
                }
                world.check("seed " + seed + ", step " + step);
            }
            world.entries.forEach(TimerEntry::end);
            assertEquals(0, tasks());
        }
    }

    private final class World {
        private final List<TimerEntry> entries = new ArrayList<>();
        private final Map<TimerEntry, Long> wanted = new HashMap<>();
        private final List<TimerEntry> came = new ArrayList<>();

        World() {
            for (int i = 0; i < 50; i++) {
                entries.add(made());
            }
        }

        private TimerEntry made() {
            TimerEntry[] made = new TimerEntry[1];
            made[0] = new TimerEntry(queue, () -> {
                came.add(made[0]);
                made[0].isNotNeeded();
            });
            return made[0];
        }

        void schedule(Random random) {
            TimerEntry entry = entries.get(random.nextInt(entries.size()));
            long deadline = now + random.nextInt(100);
            try {
                entry.scheduleAt(deadline);
                wanted.merge(entry, deadline, (a, b) -> a - b <= 0 ? a : b);
            } catch (OutOfMemoryError e) {
                assertFalse(entry.isEarlier(deadline));
            }
        }

        void end(Random random) {
            int place = random.nextInt(entries.size());
            TimerEntry entry = entries.set(place, made());
            entry.end();
            wanted.remove(entry);
        }

        void run(String world) {
            List<TimerEntry> due = wanted.keySet().stream()
                    .filter(each -> wanted.get(each) - now <= 0)
                    .toList();
            List<Long> deadlines = due.stream()
                    .sorted(Comparator.comparingLong(each -> wanted.get(each) - now))
                    .map(wanted::get)
                    .toList();
            came.clear();
            queue.run();
            assertEquals(deadlines, came.stream().map(wanted::get).toList(), world);
            due.forEach(wanted::remove);
        }

        void check(String world) {
            assertEquals(wanted.size(), queue.size(), world);
            assertEquals(wanted.isEmpty() ? 0 : 1, tasks(), world);
            wanted.values().stream()
                    .mapToLong(deadline -> deadline - now)
                    .min()
                    .ifPresent(earliest -> assertTrue(untilTask() <= Math.max(earliest, 0), world));
        }
    }
}
