package dev.hawser.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Runs a scenario again and again over instrumented classes: with a fault at the first place that it reaches, at the
 * second, and so on until a run passes without one.
 *
 * <p>A scenario is a test class that implements {@code Callable<String>}, with a public constructor without parameters.
 * It does what it looks at between {@link Faults#arm} and {@link Faults#disarm} itself, so that its preparations are
 * spared, with the number it finds in {@link #place}; it then answers with what is wrong, or null.
 */
public final class FaultInjection {
    /** More than any scenario has. */
    private static final int MOST_PLACES = 20_000;

    private static volatile Faults.Kind kind = Faults.Kind.NO_MEMORY;
    private static volatile int place;

    private FaultInjection() {}

    /** Begins what is looked at; called by the scenario. */
    public static void arm() {
        if (place > 0) {
            Faults.arm(kind, place);
        }
    }

    /**
     * Returns what was wrong, a line each; fails if there was no place at all.
     *
     * @param where how the names of the classes begin that throw, behind {@code dev.hawser.internal.}; none are all
     */
    public static List<String> run(Class<?> scenario, Faults.Kind of, String... where) throws Exception {
        return run(scenario, of, 4, where);
    }

    /**
     * The same.
     *
     * @param least how many places there are at least, or else the scenario does not reach what it means to
     */
    @SuppressWarnings("unchecked") // the scenario's class, in another loader
    public static List<String> run(Class<?> scenario, Faults.Kind of, int least, String... where) throws Exception {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        Class<?> faulty = Class.forName(scenario.getName(), true, new FaultyLoader(List.of(where)));
        Callable<String> spared = (Callable<String>) faulty.getConstructor().newInstance();
        kind = of;
        place = 0;
        String wrong = spared.call(); // without a fault; all classes are there then
        List<String> found = new ArrayList<>();
        if (wrong != null) {
            found.add("without a fault: " + wrong);
        }
        boolean thrown = true;
        int n = 0;
        while (thrown) {
            n++;
            assertTrue(n < MOST_PLACES, "it does not end");
            place = n;
            Callable<String> run = (Callable<String>) faulty.getConstructor().newInstance();
            wrong = run.call();
            thrown = Faults.disarm();
            if (Thread.currentThread().getContextClassLoader() != context) {
                Thread.currentThread().setContextClassLoader(context);
                found.add(
                        n + ": the thread keeps the application's class loader after " + of + " in " + Faults.where());
            }
            if (wrong != null) {
                found.add(n + ": " + wrong + " after " + of + " in " + Faults.where());
            }
        }
        int places = n - 1;
        assertTrue(places >= least, "hardly a place was reached: " + places);
        return found;
    }
}
