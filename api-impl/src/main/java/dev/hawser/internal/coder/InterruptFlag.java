package dev.hawser.internal.coder;

/**
 * The interrupt flag of a thread around code of the application. The thread serves others afterwards, so a flag that
 * the code left set, as one is taught after an InterruptedException, would make the next session's waits fail; and one
 * that was set before, as by a container that stops, is to be seen by whom it is meant for.
 */
public final class InterruptFlag {
    private InterruptFlag() {}

    /** Makes the calling thread's flag what it was before the code of the application ran. */
    public static void restore(boolean before) {
        Thread thread = Thread.currentThread();
        if (thread.isInterrupted() == before) {
            return;
        }
        if (before) {
            thread.interrupt();
        } else {
            Thread.interrupted();
        }
    }
}
