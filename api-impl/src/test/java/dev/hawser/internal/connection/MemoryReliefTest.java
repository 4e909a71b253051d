package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.MemoryAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom relief takes memory from, and when; the time is the test's. */
class MemoryReliefTest {
    private static final long START = Long.MAX_VALUE - 1000;
    private static final int KIB = 1024;

    private final MemoryAccount account = accountOf(1000 * KIB);
    /** Nothing is scheduled: the test looks. */
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    private final MemoryRelief relief = new MemoryRelief(account, timer, List.of());

    /** A budget above what other tests of this JVM hold. */
    private static MemoryAccount accountOf(long budget) {
        try (MemoryAccount probe = new MemoryAccount(1)) {
            return new MemoryAccount(probe.heldByAll() + budget);
        }
    }

    /** A connection that holds what the test says. */
    private final class Peer implements MemoryRelief.Member {
        private long inbound;
        private long outbound;
        private boolean unfinished;
        boolean paused;
        boolean gaveUpMessage;
        boolean gaveUpOutput;

        Peer(long inbound, long outbound, boolean unfinished) {
            account.connectionOpened();
            relief.add(this);
            this.unfinished = unfinished;
            hold(inbound, outbound);
        }

        void hold(long in, long out) {
            account.add(in + out - inbound - outbound);
            inbound = in;
            outbound = out;
        }

        @Override
        public long inboundBytes() {
            return inbound;
        }

        @Override
        public long unfinishedBytes() {
            return unfinished ? inbound : 0;
        }

        @Override
        public long outboundBytes() {
            return outbound;
        }

        @Override
        public void pauseReading(boolean pause) {
            paused = pause;
        }

        @Override
        public void giveUpMessage() {
            gaveUpMessage = true;
            unfinished = false;
            hold(0, outbound);
        }

        @Override
        public void giveUpOutput() {
            gaveUpOutput = true;
            hold(inbound, 0);
        }

        boolean untouched() {
            return !paused && !gaveUpMessage && !gaveUpOutput;
        }
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
        account.close();
    }

    @Test
    void nothingIsDoneWithinTheBudget() {
        Peer big = new Peer(900 * KIB, 0, true);
        assertFalse(relief.look(START));
        assertTrue(big.untouched());
    }

    @Test
    void readingPausesTheBiggestFirstAndGoesOnWhenThereIsRoom() {
        Peer biggest = new Peer(800 * KIB, 0, false);
        Peer big = new Peer(0, 700 * KIB, false);
        Peer small = new Peer(4 * KIB, 4 * KIB, true);
        assertTrue(relief.look(START));
        assertTrue(biggest.paused);
        assertTrue(big.untouched(), "the biggest alone makes up what is too much");
        assertTrue(small.untouched());
        biggest.hold(100 * KIB, 0);
        assertFalse(relief.look(START + 1));
        assertFalse(biggest.paused);
    }

    @Test
    void unfinishedMessagesAreGivenUpOnlyAfterASecondThatIsTheBiggestFirst() {
        Peer waiting = new Peer(500 * KIB, 0, false);
        Peer bigger = new Peer(400 * KIB, 0, true);
        Peer smaller = new Peer(390 * KIB, 0, true);
        relief.look(START);
        relief.look(START + MemoryRelief.MESSAGES_AFTER - 1);
        assertFalse(bigger.gaveUpMessage || smaller.gaveUpMessage);
        relief.look(START + MemoryRelief.MESSAGES_AFTER);
        assertTrue(bigger.gaveUpMessage);
        assertFalse(smaller.gaveUpMessage);
        assertFalse(relief.look(START + MemoryRelief.MESSAGES_AFTER + 1));
        assertTrue(smaller.untouched());
        assertTrue(waiting.untouched(), "goes on");
    }

    @Test
    void waitingOutputIsGivenUpLast() {
        Peer deaf = new Peer(0, 1500 * KIB, false);
        relief.look(START);
        relief.look(START + MemoryRelief.MESSAGES_AFTER);
        assertFalse(deaf.gaveUpOutput);
        relief.look(START + MemoryRelief.OUTPUT_AFTER);
        assertTrue(deaf.gaveUpOutput);
        assertFalse(relief.look(START + MemoryRelief.OUTPUT_AFTER + 1));
    }

    @Test
    void aNewExcessGivesTimeAgain() {
        Peer peer = new Peer(1100 * KIB, 0, true);
        relief.look(START);
        peer.hold(10 * KIB, 0);
        relief.look(START + 1);
        peer.hold(1100 * KIB, 0);
        relief.look(START + 10 * MemoryRelief.OUTPUT_AFTER);
        assertFalse(peer.gaveUpMessage);
    }

    /** The laws, for any set of peers: who holds no more than its share is left alone, and the budget is kept again. */
    @Test
    void theBudgetIsKeptAgainWithinSecondsAndNobodyBelowItsShareIsTouched() {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            List<Peer> all = new ArrayList<>();
            for (int i = 1 + random.nextInt(200); i > 0; i--) {
                all.add(new Peer(
                        random.nextInt(3) == 0 ? random.nextInt(2000 * KIB) : 0,
                        random.nextInt(3) == 0 ? random.nextInt(2000 * KIB) : 0,
                        true));
            }
            long share = account.share();
            List<Peer> bystanders = all.stream()
                    .filter(peer -> peer.inbound + peer.outbound <= share)
                    .toList();
            long now = START;
            int looks = 0;
            while (relief.look(now)) {
                now += 100_000_000;
                assertTrue(++looks <= 40, "within four seconds");
                assertTrue(bystanders.stream().allMatch(Peer::untouched));
            }
            assertFalse(account.isExceeded());
            assertEquals(0, all.stream().filter(peer -> peer.paused).count());
            for (Peer peer : all) {
                peer.hold(0, 0);
                relief.remove(peer);
                account.connectionEnded();
            }
        }
    }
}
