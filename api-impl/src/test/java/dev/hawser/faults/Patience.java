package dev.hawser.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How long a scenario waits for what must come. */
public final class Patience {
    private Patience() {}

    /**
     * Waits for a condition, looking at it often. Returns false if it does not come; {@code hawser.faults.patience}
     * says when, in seconds.
     */
    public static boolean soon(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("hawser.faults.patience", 20));
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(200_000);
        }
        return true;
    }
}
