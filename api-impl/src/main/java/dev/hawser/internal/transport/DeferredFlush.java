package dev.hawser.internal.transport;

/**
 * When what was accepted must be flushed at the latest: callers may hold a flush back for more of the same batch, but
 * not for ever. The lock of {@link OutboundQueue} guards it.
 */
final class DeferredFlush {
    private boolean claimed;
    private boolean waits;
    private long waitsSince;

    /** A frame was accepted: unless others wait already, its time begins. */
    void accepted() {
        if (!waits) {
            waits = true;
            waitsSince = System.nanoTime();
        }
    }

    /** All that was accepted is on its way. */
    void flushed() {
        waits = false;
        claimed = false;
    }

    /** Whether the caller is the one to flush later: true for the first who asks since the last flush. */
    boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** Whether something waits since {@code since}, as of {@link System#nanoTime}, or longer. */
    boolean waitsSince(long since) {
        return waits && waitsSince - since <= 0;
    }
}
