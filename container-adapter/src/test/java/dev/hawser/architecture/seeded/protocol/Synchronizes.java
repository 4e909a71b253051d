package dev.hawser.architecture.seeded.protocol;

public final class Synchronizes {
    synchronized int one() {
        return 1;
    }
}
