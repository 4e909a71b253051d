package dev.hawser.session;

/**
 * What one look of the monitor may find out about the threads of turns. A thread that waits for a lock, a condition or
 * a time says so in its state. One that waits for a socket or a file is in a native method, which only its stack tells.
 * That is asked once in a look, since it costs as much as a small turn.
 */
final class ThreadSight {
    private boolean asked;

    /** Another look begins. */
    ThreadSight renewed() {
        asked = false;
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
     * Whether the thread is in a native method, which waits for something outside, as far as is known; zlib computes.
     */
    boolean isOutside(Thread thread) {
        asked = true;
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && !stack[0].getClassName().startsWith("java.util.zip.");
    }
}
