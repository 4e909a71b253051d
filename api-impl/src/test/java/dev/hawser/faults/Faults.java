package dev.hawser.faults;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What instrumented classes call before each allocation and at the start of each method: the n-th call after
 * {@link #arm} throws, on whatever thread it is. Only one is armed at a time.
 */
public final class Faults {
    /** What is thrown, and where. */
    public enum Kind {
        /** An OutOfMemoryError where something is allocated. */
        NO_MEMORY,
        /** A StackOverflowError where a method begins. */
        NO_STACK
    }

    private static volatile Kind kind;
    private static final AtomicInteger LEFT = new AtomicInteger();
    private static volatile String where = "";

    private Faults() {}

    /** From now on the {@code n}-th place of this kind throws. */
    public static void arm(Kind of, int n) {
        where = "";
        LEFT.set(n);
        kind = of;
    }

    /** Returns whether it has thrown. */
    public static boolean disarm() {
        kind = null;
        return LEFT.get() <= 0;
    }

    /** Waits until it has thrown, or no place has been reached for a moment. */
    public static void awaitQuiet() {
        int before = LEFT.get() + 1;
        for (int rounds = 0; where.isEmpty() && LEFT.get() != before && rounds < 10; rounds++) {
            before = LEFT.get();
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Where it has thrown; empty if it has not. */
    public static String where() {
        return where;
    }

    /** Called by instrumented classes. */
    public static void allocates() {
        if (kind == Kind.NO_MEMORY && LEFT.decrementAndGet() == 0) {
            tell();
            throw new OutOfMemoryError("of a test");
        }
    }

    /** Called by instrumented classes. */
    public static void enters() {
        if (kind == Kind.NO_STACK && LEFT.decrementAndGet() == 0) {
            tell();
            throw new StackOverflowError("of a test");
        }
    }

    private static void tell() {
        StringBuilder text = new StringBuilder(Thread.currentThread().getName());
        StackWalker.getInstance().walk(stack -> {
            stack.skip(2)
                    .filter(frame -> frame.getClassName().startsWith("dev.hawser."))
                    .limit(6)
                    .forEach(frame -> text.append(" < ")
                            .append(frame.getClassName()
                                    .substring(frame.getClassName().lastIndexOf('.') + 1))
                            .append('.')
                            .append(frame.getMethodName())
                            .append(':')
                            .append(frame.getLineNumber()));
            return null;
        });
        where = text.toString();
    }
}
