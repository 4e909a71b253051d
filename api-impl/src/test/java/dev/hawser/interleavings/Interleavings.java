package dev.hawser.interleavings;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;

/**
 * Runs what some threads do in many interleavings, each of which a model checker chooses: it switches threads at each
 * access to shared memory and at each lock. A failure prints the interleaving, and comes again in each run.
 */
public final class Interleavings {
    /** How many are tried: {@code mvn -Plincheck} tries more. */
    private static final int TRIED = Integer.getInteger("test.interleavings", 30);

    private Interleavings() {}

    /** Tries a scenario, which makes its objects anew, and checks at its end what must hold. */
    public static void of(Runnable scenario) {
        Lincheck.runConcurrentTest(TRIED, scenario);
    }

    /** Runs each on a thread of its own, and waits for all. */
    public static void together(Runnable... works) {
        List<Thread> threads = new ArrayList<>();
        for (Runnable work : works) {
            Thread thread = new Thread(work);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** As assertEquals, without the code of JUnit, which would be a part of the model. */
    public static void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + actual);
        }
    }
}
