package dev.hawser.test;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The threads of a tester: {@link TurnOrder}, or those of production. Thread-safe. */
interface TestThreads {
    /**
     * Makes the threads, with the beginning of their names.
     *
     * @param deadline how long a peer waits for callbacks at most
     */
    static Function<String, TestThreads> of(boolean real, Duration deadline) {
        return real ? RealThreads::new : name -> new TurnOrder(name, deadline);
    }

    /** Runs the events of the network, one at a time. It throws, or loses them, once the threads have ended. */
    Executor network();

    /** For the engine: it lends a thread, or runs all turns. */
    Executor forTurns();

    /** Returns once nothing more is due, as far as these threads know that. */
    void settle();

    /**
     * Lets time pass, and runs what becomes due.
     *
     * @throws IllegalStateException if the time of these threads is real
     * @throws AssertionError if callbacks run on and on
     */
    void advance(Duration time);

    /** Lets time pass if it does not by itself; returns how much is left. */
    Duration pass(Duration time);

    /** Ends the threads, and interrupts callbacks that still run. A second call has no effect. */
    void end();

    boolean isEnded();
}
