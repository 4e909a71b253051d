package dev.hawser.internal.transport;

/**
 * The one write that a transport may have outstanding, from the moment its buffers are taken until it has ended. It may
 * end before {@code Transport.write} returns, and then the thread inside that call goes on, not the one that tells of
 * the end: so no write is begun in the stack of another. The lock of {@link OutboundQueue} guards it.
 */
final class OutstandingWrite {
    private enum State {
        /** There is none. */
        NONE,
        /** A thread is inside {@code Transport.write}. */
        SUBMITTING,
        /** The same, and the write has ended. */
        ENDED_INLINE,
        /** The call has returned, and the write has not ended. */
        IN_FLIGHT
    }

    private State state = State.NONE;
    private long bytes;
    private long inFlightSince;

    /** Whether there is none: then the next one may begin, and all buffers are the queue's. */
    boolean isNone() {
        return state == State.NONE;
    }

    /** Whether a thread is inside {@code Transport.write}. */
    boolean isInCall() {
        return state == State.SUBMITTING || state == State.ENDED_INLINE;
    }

    /** {@code Transport.write} is about to be called with so many bytes of the queue's positions. */
    void begin(long size) {
        bytes = size;
        state = State.SUBMITTING;
    }

    /** {@code Transport.write} has returned: whether the write had ended by then, so that the caller goes on. */
    boolean submitted() {
        if (state == State.SUBMITTING) {
            state = State.IN_FLIGHT;
            inFlightSince = System.nanoTime();
        }
        return state == State.ENDED_INLINE;
    }

    /**
     * The transport tells of the end: whether the caller goes on, and not the thread inside {@code Transport.write}.
     */
    boolean completed() {
        if (state == State.SUBMITTING) {
            state = State.ENDED_INLINE;
            return false;
        }
        return true;
    }

    /** It is done with, and the next one may begin. Returns its bytes. */
    long end() {
        state = State.NONE;
        return bytes;
    }

    /** It has failed: it stays in flight for good, so that nothing more is written. */
    void fail() {
        state = State.IN_FLIGHT;
    }

    /** How long until it has been in flight for {@code timeoutNanos}; {@link Long#MAX_VALUE} if it is not in flight. */
    long untilDeadline(long timeoutNanos, long now) {
        return state == State.IN_FLIGHT ? inFlightSince + timeoutNanos - now : Long.MAX_VALUE;
    }
}
