package dev.hawser.internal.coder;

/**
 * The interrupt flag of a thread around code of the application. The thread serves other sessions afterwards. A flag
 * that the code has set, as is usual after an InterruptedException, would make their waits fail. A flag that was set
 * before, for instance by a container that stops, must not get lost.
 */
public final class InterruptFlag {
    private InterruptFlag() {}

    /** Sets the calling thread's flag to what it was before the code of the application ran. */
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
