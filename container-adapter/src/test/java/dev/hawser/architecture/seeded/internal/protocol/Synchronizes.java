package dev.hawser.architecture.seeded.internal.protocol;

public final class Synchronizes {
    synchronized int one() {
        return 1;
    }
}
