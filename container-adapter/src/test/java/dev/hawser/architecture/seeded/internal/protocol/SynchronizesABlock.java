package dev.hawser.architecture.seeded.internal.protocol;

public final class SynchronizesABlock {
    int one() {
        synchronized (this) {
            return 1;
        }
    }
}
