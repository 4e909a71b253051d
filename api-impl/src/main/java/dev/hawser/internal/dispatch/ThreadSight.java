package dev.hawser.internal.dispatch;

import java.util.Arrays;

/**
 * What one look of the monitor may find out about the threads of turns. A thread that waits for a lock, a condition or
 * a time says so in its state. One that waits for a socket or a file is in a native method, which only its stack tells.
 * That is asked once in a look, and the less often the longer all those asked compute, since some Java machines stop
 * all their threads to answer.
 */
public final class ThreadSight {
    private static final int LONGEST_PAUSE = 128;

    private final String neverWaits;
    private boolean asked;
    /** How many looks pass without a question. */
    private int pause;
    /** How many will after the next thread that computes. */
    private int nextPause = 1;

    /** @param neverWaits a class whose calls of native methods never wait */
    ThreadSight(Class<?> neverWaits) {
        this.neverWaits = neverWaits.getName();
    }

    /** Another look begins. */
    ThreadSight renewed() {
        asked = pause > 0;
        if (asked) {
            pause--;
        }
        return this;
    }

    boolean mayAsk() {
        return !asked;
    }

    /** Whether the thread waits for another one, or for a time. */
    static boolean isParked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    /**
     * Whether the thread is in a native method, which waits for something outside, as far as is known: zlib computes,
     * and so do the native methods that {@code neverWaits} calls.
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
