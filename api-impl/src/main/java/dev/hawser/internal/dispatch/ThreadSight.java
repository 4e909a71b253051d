package dev.hawser.internal.dispatch;

import java.util.Arrays;

/**
 * Finds out whether the threads of turns wait. The state of a thread shows whether it waits for a lock, a condition or
 * a time. A thread that waits for a socket or a file is in a native method, which only its stack shows. Some JVMs stop
 * all threads to get a stack, so it is read at most once in each look of the monitor, and less and less often as long
 * as the threads compute.
 */
public final class ThreadSight {
    private static final int LONGEST_PAUSE = 128;

    private final String neverWaits;
    /** How many turns that compute for long may be replaced. */
    private final int mayReplace;

    private int replaced;
    private boolean asked;
    /** How many looks pass without reading a stack. */
    private int pause;
    /** The next value of {@link #pause}, if the next thread computes. */
    private int nextPause = 1;

    /** @param neverWaits a class whose native calls never wait */
    ThreadSight(Class<?> neverWaits) {
        this.neverWaits = neverWaits.getName();
        this.mayReplace = Runtime.getRuntime().availableProcessors();
    }

    /** Called when another look of the monitor begins. */
    ThreadSight renewed() {
        replaced = 0;
        asked = pause > 0;
        if (asked) {
            pause--;
        }
        return this;
    }

    boolean mayAsk() {
        return !asked;
    }

    /**
     * Whether another worker replaces one whose turn computes for long; each call counts. As many are replaced as there
     * are processors: more workers that compute would only take them from each other and from event loops, and on a
     * busy machine every turn takes long.
     */
    boolean replacesComputing() {
        return replaced++ < mayReplace;
    }

    /** Whether the thread waits for another thread, or for a time. */
    static boolean isParked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    /**
     * Whether the thread is in a native method that probably waits for something outside. zlib computes, and so do the
     * native methods that {@code neverWaits} calls.
     */
    boolean isOutside(Thread thread) {
        asked = true;
        StackTraceElement[] stack = thread.getStackTrace();
        boolean outside = stack.length > 0
                && stack[0].isNativeMethod()
                && !stack[0].getClassName().startsWith("java.util.zip.")
                && Arrays.stream(stack).noneMatch(frame -> frame.getClassName().equals(neverWaits));
        pause = outside ? 0 : nextPause;
        nextPause = outside ? 1 : Math.min(2 * nextPause, LONGEST_PAUSE);
        return outside;
    }
}
