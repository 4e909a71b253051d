package dev.hawser.internal.topic;

import dev.hawser.backplane.BackplaneCounts;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The bounds and counts of the messages that wait between a node and its broker, in both directions. Thread-safe. */
final class BackplaneTraffic {
    /** The bytes of a message in memory without its payload. */
    private static final int MESSAGE_BYTES = 256;

    private static final SecureRandom NODES = new SecureRandom();

    private final long most;
    private final AtomicLong outBytes = new AtomicLong();
    private final AtomicLong inBytes = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final AtomicBoolean connected = new AtomicBoolean();

    /**
     * @param most how many bytes may wait in each direction, and as many for earlier messages; one message may always
     *     wait
     */
    BackplaneTraffic(long most) {
        this.most = most;
    }

    static long newNode() {
        return NODES.nextLong();
    }

    /** Reserves room for a message to the broker. Returns false if there is none. */
    boolean admitsOut(int length) {
        if (admits(outBytes, length)) {
            return true;
        }
        dropped.increment();
        return false;
    }

    /** The broker has accepted a message, or has failed to. Who sees that nothing waits any more sees it counted. */
    void left(int length, boolean taken) {
        (taken ? sent : dropped).increment();
        outBytes.addAndGet(-length - MESSAGE_BYTES);
    }

    /** Reserves room for a message from the broker. Returns false if there is none. */
    boolean admitsIn(int length) {
        if (admits(inBytes, length)) {
            received.increment();
            return true;
        }
        missed.increment();
        return false;
    }

    /** A message from the broker has been passed on. */
    void passedOn(int length) {
        inBytes.addAndGet(-length - MESSAGE_BYTES);
    }

    /** Reserves room for a message that waits for earlier ones. Returns false if there is none. */
    boolean holds(int length) {
        return admits(heldBytes, length);
    }

    /** A message does not wait for earlier ones any more. */
    void letGo(int length) {
        heldBytes.addAndGet(-length - MESSAGE_BYTES);
    }

    /** The bytes of messages that wait for earlier ones. */
    long held() {
        return heldBytes.get();
    }

    /** Counts messages that did not come and are asked for again. */
    void hole() {
        missed.increment();
    }

    private boolean admits(AtomicLong bytes, int length) {
        long before = bytes.getAndAdd(length + MESSAGE_BYTES);
        if (before == 0 || before + length + MESSAGE_BYTES <= most) {
            return true;
        }
        bytes.addAndGet(-length - MESSAGE_BYTES);
        return false;
    }

    /** A message does not go to the broker, because that is away. */
    void kept() {
        dropped.increment();
    }

    /** Whether the broker is there, as far as its client knows. */
    boolean isConnected() {
        return connected.get();
    }

    /** Returns whether the state has changed. */
    boolean connected(boolean there) {
        return connected.getAndSet(there) != there;
    }

    BackplaneCounts counts() {
        return new BackplaneCounts(
                connected.get(), outBytes.get(), sent.sum(), dropped.sum(), received.sum(), missed.sum());
    }
}
