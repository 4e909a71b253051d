package dev.hawser.architecture.seeded.protocol;

public final class LooksAtAClock {
    static long now() {
        return System.nanoTime();
    }
}
