package dev.hawser.test;

import java.util.concurrent.Executor;

/** The threads of a tester: {@link TurnOrder}, or those of production. Thread-safe. */
interface TestThreads {
    /** Runs the events of the network, one at a time. It throws, or loses them, once the threads have ended. */
    Executor network();

    /** For the engine: it lends a thread, or runs all turns. */
    Executor forTurns();

    /** Returns once nothing more is due, as far as these threads know that. */
    void settle();

    /** Ends the threads, and interrupts callbacks that still run. A second call has no effect. */
    void end();

    boolean isEnded();
}
