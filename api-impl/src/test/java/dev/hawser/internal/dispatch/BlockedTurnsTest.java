package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which callbacks count as blocked, and when that is told, by a clock of the test. */
class BlockedTurnsTest {
    /** A turn that has begun and does not end by itself. */
    private final class Running implements Turn, CallbackLook.Owner {
        private int runs;
        private int slot = -1;

        void begins() {
            runs++;
            slot = active.enter(this, Thread.currentThread());
        }

        void ends() {
            active.leave(slot, this);
        }

        @Override
        public void showCallbacks(CallbackLook look) {
            look.sees(this, runs, Thread.currentThread());
        }

        @Override
        public String name() {
            return "the session";
        }

        @Override
        public void callbackBlocked(long nanos, Thread thread) {
            assertEquals(Thread.currentThread(), thread);
            told.add(TimeUnit.NANOSECONDS.toMillis(nanos));
        }

        @Override
        public void run() {}
    }

    private final ActiveTurns active = new ActiveTurns();
    private final List<Long> told = new ArrayList<>();
    private long now = -5; // also across zero
    private final BlockedTurns blocked = new BlockedTurns(active, () -> now);
    private final Running turn = new Running();

    private void looksAfter(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        blocked.run();
    }

    @Test
    void aRunOfASecondIsToldAndAgainEachTimeThatDoubles() {
        turn.begins();
        for (int i = 0; i <= 20; i++) {
            looksAfter(500);
        }
        assertEquals(List.of(1_000L, 2_000L, 4_000L, 8_000L), told);
        assertEquals(1, blocked.blocked().size());
        assertEquals(
                10_000, TimeUnit.NANOSECONDS.toMillis(blocked.blocked().get(0).nanos()));
        turn.ends();
        looksAfter(500);
        assertEquals(List.of(), blocked.blocked());
    }

    @Test
    void runsThatAreShorterAreNotTheSameRun() {
        for (int i = 0; i < 20; i++) {
            turn.begins();
            looksAfter(500);
            looksAfter(499);
            turn.ends();
        }
        assertEquals(List.of(), told);
        assertEquals(List.of(), blocked.blocked());
    }

    @Test
    void looksThatComeLateTellOnce() {
        turn.begins();
        looksAfter(0);
        looksAfter(5_000);
        looksAfter(500);
        looksAfter(3_000);
        assertEquals(List.of(5_000L, 8_500L), told);
        turn.ends();
    }

    @Test
    void turnsOfOursAreNotCallbacks() {
        Turn ours = () -> {};
        int slot = active.enter(ours, Thread.currentThread());
        looksAfter(0);
        looksAfter(60_000);
        assertEquals(List.of(), blocked.blocked());
        active.leave(slot, ours);
    }

    @Test
    void nothingIsKeptOnceThereAreNoSessions() {
        turn.begins();
        looksAfter(0);
        looksAfter(1_000);
        assertEquals(1, blocked.blocked().size());
        blocked.forget();
        assertEquals(List.of(), blocked.blocked());
        looksAfter(1_000);
        assertEquals(List.of(1_000L), told, "it is seen for the first time again");
        turn.ends();
    }
}
