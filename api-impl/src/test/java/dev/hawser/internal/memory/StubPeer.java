package dev.hawser.internal.memory;

import java.util.Set;

/** A connection that holds what the test says. */
final class StubPeer implements PeerMemory {
    volatile long bytes;
    volatile boolean paused;
    /** Whether resuming it meets a lack of memory. */
    volatile boolean fails;

    StubPeer(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public long look() {
        return bytes;
    }

    @Override
    public Holding<PeerMemory> seen(long now) {
        return new Holding<>(this, bytes, 0, 0, paused, Holding.STAYS);
    }

    @Override
    public long heldByOthers(Set<Object> seen) {
        return 0;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        if (fails) {
            throw new OutOfMemoryError("test");
        }
        paused = false;
    }

    @Override
    public void giveUpMessage(long now, Runnable done) {}

    @Override
    public void close(long now) {}

    @Override
    public void cut() {}
}
