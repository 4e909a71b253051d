package dev.hawser.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.memory.MemoryPolicy.Order;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who is paused and closed, in which order, and who never is. */
class MemoryPolicyTest {
    private static final long BUDGET = 1_000_000;
    private static final long SHARE = 100_000; // of ten connections
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final MemoryPolicy policy = new MemoryPolicy(BUDGET);

    private static Holding<String> unfinished(String who, long bytes) {
        return new Holding<>(who, bytes, bytes, 0, false, Holding.STAYS);
    }

    private static Holding<String> output(String who, long bytes) {
        return new Holding<>(who, bytes, 0, bytes, false, Holding.STAYS);
    }

    private static Holding<String> waiting(String who, long bytes) {
        return new Holding<>(who, bytes, 0, 0, false, Holding.STAYS);
    }

    private static Holding<String> paused(Holding<String> of) {
        return new Holding<>(of.holder(), of.bytes(), of.unfinished(), of.output(), true, of.endingFor());
    }

    private static Holding<String> ending(Holding<String> of, long nanos) {
        return new Holding<>(of.holder(), of.bytes(), of.unfinished(), of.output(), of.paused(), nanos);
    }

    /** Ten connections in all, of which those that are not given hold nothing. */
    private List<String> decide(long now, List<Holding<String>> holdings) {
        return decideOfTen(now, 0, holdings);
    }

    /** @param byOthers what another application holds above its shares */
    private List<String> decideOfTen(long now, long byOthers, List<Holding<String>> holdings) {
        long held = byOthers;
        long staying = byOthers;
        long above = byOthers;
        for (Holding<String> holding : holdings) {
            held += holding.bytes();
            staying += holding.isEnding() ? 0 : holding.bytes();
            above += holding.isEnding() ? 0 : Math.max(0, holding.bytes() - SHARE);
        }
        return policy.decide(holdings, new MemoryTotals(held, staying, above, 10), now).stream()
                .map(MemoryPolicyTest::words)
                .toList();
    }

    private static String words(Order<String> order) {
        return order.deed() + " " + order.holder();
    }

    @Test
    void nothingHappensUpToTheBudget() {
        assertEquals(List.of(), decide(0, List.of(unfinished("a", BUDGET))));
        assertFalse(policy.isShort());
    }

    @Test
    void aboveItTheBiggestArePausedFirstAndAllThatAreAboveTheirShareInTheEnd() {
        Holding<String> a = unfinished("a", 150_000);
        Holding<String> b = unfinished("b", 600_000);
        Holding<String> c = unfinished("c", 350_000);
        Holding<String> d = unfinished("d", SHARE);
        assertEquals(List.of("PAUSE b"), decide(0, List.of(a, b, c, d)));
        assertTrue(policy.isShort());
        assertEquals(List.of("PAUSE c"), decide(1, List.of(a, paused(b), c, d)));
        assertEquals(List.of("PAUSE a"), decide(2, List.of(a, paused(b), paused(c), d)));
        assertEquals(List.of(), decide(3, List.of(paused(a), paused(b), paused(c), d)));
    }

    @Test
    void memoryIsShortUntilAnEighthOfTheBudgetIsFree() {
        Holding<String> a = unfinished("a", 600_000);
        Holding<String> b = unfinished("b", 500_000);
        decide(0, List.of(a, b));
        assertEquals(List.of("PAUSE b"), decide(1, List.of(paused(a), unfinished("b", 300_000))));
        assertEquals(List.of("RESUME a", "RESUME b"), decide(2, List.of(paused(a), paused(unfinished("b", 275_000)))));
        assertFalse(policy.isShort());
    }

    @Test
    void whoHoldsNoMoreThanItsShareAgainIsReadAgainAtOnce() {
        decide(0, List.of(unfinished("a", BUDGET), unfinished("b", 200_000)));
        assertEquals(
                List.of("RESUME b"),
                decide(1, List.of(paused(unfinished("a", BUDGET)), paused(unfinished("b", SHARE)))));
    }

    @Test
    void afterASecondUnfinishedMessagesAreGivenUpTheBiggestFirstUntilEnoughIsFree() {
        Holding<String> a = paused(unfinished("a", 150_000));
        Holding<String> b = paused(unfinished("b", 400_000));
        Holding<String> c = paused(output("c", 500_000));
        decide(0, List.of(a, b, c));
        assertEquals(List.of(), decide(SECOND - 1, List.of(a, b, c)));
        assertEquals(List.of("GIVE_UP_MESSAGE b"), decide(SECOND, List.of(a, b, c)));
        Holding<String> freedSoon = ending(unfinished("b", 400_000), 1);
        assertEquals(List.of(), decide(SECOND + 1, List.of(a, freedSoon, c)));
    }

    @Test
    void whileMoreThanAnEighthTooMuchIsHeldThatIsAfterAQuarterOfASecond() {
        Holding<String> a = paused(unfinished("a", 525_000));
        Holding<String> b = paused(output("b", 600_000));
        decide(0, List.of(a, b));
        assertEquals(List.of(), decide(SECOND / 4, List.of(a, b)), "an eighth too much");
        Holding<String> more = paused(output("b", 600_001));
        assertEquals(List.of(), decide(SECOND / 4 - 1, List.of(a, more)));
        assertEquals(List.of("GIVE_UP_MESSAGE a"), decide(SECOND / 4, List.of(a, more)));
    }

    @Test
    void holdersOfWaitingOutputAreNextAndThenWhoeverIsAboveItsShare() {
        Holding<String> small = paused(unfinished("small", 110_000));
        Holding<String> reader = paused(output("reader", 200_000));
        Holding<String> slow = paused(waiting("slow", 900_000));
        decide(0, List.of(small, reader, slow));
        assertEquals(List.of("GIVE_UP_MESSAGE small"), decide(SECOND, List.of(small, reader, slow)));
        assertEquals(List.of("CLOSE reader"), decide(SECOND + 1, List.of(reader, slow)));
        assertEquals(List.of(), decide(SECOND + 2, List.of(slow)));
        assertEquals(List.of("CLOSE slow"), decide(3 * SECOND, List.of(slow)));
    }

    @Test
    void whoDoesNotCloseWithinASecondIsCutAndIsReadMeanwhileForItsAnswer() {
        Holding<String> a = paused(output("a", BUDGET + 1));
        decide(0, List.of(a));
        assertEquals(List.of("CLOSE a"), decide(SECOND, List.of(a)));
        assertEquals(List.of("RESUME a"), decide(SECOND, List.of(ending(a, SECOND - 1))));
        assertEquals(List.of("CUT a"), decide(SECOND, List.of(ending(a, SECOND))));
    }

    @Test
    void theExcessIsDividedByWhatIsAboveTheSharesOfEachApplication() {
        Holding<String> a = unfinished("a", 300_000);
        Holding<String> b = unfinished("b", 300_000);
        Holding<String> c = unfinished("c", 300_000);
        decideOfTen(0, 600_000, List.of(a, b, c));
        // 625,000 are too many, and half of what is above the shares is ours.
        assertEquals(
                List.of("GIVE_UP_MESSAGE a", "GIVE_UP_MESSAGE b", "PAUSE c"),
                decideOfTen(SECOND, 600_000, List.of(a, b, c)));
    }

    @Test
    void theShareIsTheBudgetDividedByTheConnectionsButNeverLessThanEightKibibytes() {
        assertEquals(BUDGET, MemoryPolicy.share(BUDGET, 0));
        assertEquals(100_000, MemoryPolicy.share(BUDGET, 10));
        assertEquals(8192, MemoryPolicy.share(BUDGET, 1000));
    }
}
