package dev.hawser.internal.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.memory.MemoryPolicy.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With any set of attackers, in any number of applications, what all hold gets below the budget within {@value #ROUNDS}
 * looks, and nobody who holds no more than its share is paused or closed. The world here is random, and as bad as a
 * peer can make it.
 */
class MemoryPolicyLawsTest {
    private static final int WORLDS = 100;
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);
    /** Five seconds. */
    private static final int ROUNDS = 100;

    /** How a peer makes its connection hold memory. */
    private enum Way {
        UNFINISHED,
        OUTPUT,
        INPUT,
        ALL
    }

    private static final List<Way> WAYS = List.of(Way.values());

    /** One connection, whose peer sends as much as it is read, and answers a close or does not. */
    private static final class Peer {
        final Way way;
        final long most;
        final long eachRound;
        final boolean answers;
        long unfinished;
        long output;
        long input;
        boolean paused;
        boolean gone;
        long endingSince = Holding.STAYS;

        Peer(Random random, long budget) {
            way = WAYS.get(random.nextInt(WAYS.size()));
            most = 1 + (long) (budget * Math.pow(random.nextDouble(), 3) / 4);
            eachRound = 1 + (long) (most * random.nextDouble() / 10);
            answers = random.nextBoolean();
            if (random.nextBoolean()) {
                grow(most);
            }
        }

        long bytes() {
            return unfinished + output + input;
        }

        private void grow(long by) {
            long more = Math.min(by, most - bytes());
            switch (way) {
                case UNFINISHED -> unfinished += more;
                case OUTPUT -> output += more;
                case INPUT -> input += more;
                case ALL -> {
                    unfinished += more / 3;
                    output += more / 3;
                    input += more - 2 * (more / 3);
                }
            }
        }

        /** What happens between two looks. */
        void lives() {
            if (!gone && !paused && endingSince < 0) {
                grow(eachRound);
            } else if (endingSince >= 0 && answers) {
                gone = true;
            }
        }

        Holding<Peer> seen(long now) {
            return new Holding<>(
                    this, bytes(), unfinished, output, paused, endingSince < 0 ? Holding.STAYS : now - endingSince);
        }
    }

    /** The connections of one application. */
    private static final class Application {
        final List<Peer> peers = new ArrayList<>();
        final MemoryPolicy policy;

        Application(Random random, long budget) {
            policy = new MemoryPolicy(budget);
            int count = 1 + random.nextInt(200);
            for (int i = 0; i < count; i++) {
                peers.add(new Peer(random, budget));
            }
        }

        MemoryTotals totals(long share) {
            MemoryTotals sum = MemoryTotals.NOTHING;
            for (Peer peer : peers) {
                boolean ending = peer.endingSince >= 0;
                sum = sum.plus(new MemoryTotals(
                        peer.bytes(), ending ? 0 : peer.bytes(), ending ? 0 : Math.max(0, peer.bytes() - share), 1));
            }
            return sum;
        }

        void looks(MemoryTotals all, long budget, long now) {
            long share = MemoryPolicy.share(budget, all.connections());
            List<Holding<Peer>> holdings =
                    peers.stream().map(peer -> peer.seen(now)).toList();
            for (Order<Peer> order : policy.decide(holdings, all, now)) {
                Peer peer = order.holder();
                switch (order.deed()) {
                    case RESUME -> peer.paused = false;
                    case PAUSE -> {
                        assertTrue(peer.bytes() > share, "paused with " + peer.bytes() + " of " + share);
                        peer.paused = true;
                    }
                    case GIVE_UP_MESSAGE -> {
                        assertTrue(peer.bytes() > share, "given up with " + peer.bytes() + " of " + share);
                        peer.unfinished = 0;
                        peer.endingSince = now;
                    }
                    case CLOSE -> {
                        assertTrue(peer.bytes() > share, "closed with " + peer.bytes() + " of " + share);
                        peer.endingSince = now;
                    }
                    case CUT -> {
                        assertTrue(peer.endingSince >= 0, "cut without a close");
                        peer.gone = true;
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theBudgetIsKeptAgainInTimeAndNobodyIsTouchedWhoKeepsToItsShare(int applications) {
        int tested = 0;
        for (int seed = 0; seed < WORLDS; seed++) {
            tested += live(new Random(seed), applications) ? 1 : 0;
        }
        assertTrue(tested > WORLDS / 2, "the budget was exceeded in " + tested + " worlds only");
    }

    /** Returns whether the budget was ever exceeded. */
    private static boolean live(Random random, int applications) {
        // what the least share allows must fit into the budget
        long budget = 200L * applications * MemoryPolicy.LEAST_SHARE + random.nextInt(100_000_000);
        List<Application> all = new ArrayList<>();
        for (int i = 0; i < applications; i++) {
            all.add(new Application(random, budget));
        }
        boolean ever = false;
        int shortFor = 0;
        for (int round = 0; round < 4 * ROUNDS; round++) {
            long now = round * LOOK;
            for (Application application : all) {
                application.peers.forEach(Peer::lives);
                application.peers.removeIf(peer -> peer.gone);
            }
            MemoryTotals sum = sum(all, MemoryPolicy.share(budget, count(all)));
            shortFor = sum.held() > budget ? shortFor + 1 : 0;
            ever |= shortFor > 0;
            assertTrue(shortFor <= ROUNDS, "for " + shortFor + " looks " + sum + " exceed " + budget);
            for (Application application : all) {
                application.looks(sum, budget, now);
            }
        }
        return ever;
    }

    private static long count(List<Application> all) {
        return all.stream().mapToLong(application -> application.peers.size()).sum();
    }

    private static MemoryTotals sum(List<Application> all, long share) {
        MemoryTotals sum = MemoryTotals.NOTHING;
        for (Application application : all) {
            sum = sum.plus(application.totals(share));
        }
        return sum;
    }
}
