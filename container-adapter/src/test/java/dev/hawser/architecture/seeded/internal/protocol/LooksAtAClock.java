package dev.hawser.architecture.seeded.internal.protocol;

public final class LooksAtAClock {
    static long now() {
        return System.nanoTime();
    }
}
