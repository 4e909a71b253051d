package dev.hawser.architecture.seeded.protocol;

public final class SynchronizesABlock {
    int one() {
        synchronized (this) {
            return 1;
        }
    }
}
