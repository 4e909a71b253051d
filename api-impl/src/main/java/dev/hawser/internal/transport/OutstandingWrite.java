package dev.hawser.internal.transport;

/**
 * The one write that a transport may have outstanding, from the taking of its buffers to its end. If it ends before
 * {@code Transport.write} returns, the thread inside that call goes on, and not the thread that reports the end: so no
 * write is begun in the stack of another. Guarded by the lock of {@link OutboundQueue}.
 */
final class OutstandingWrite {
    private enum State {
        /** There is no write. */
        NONE,
        /** A thread is inside {@code Transport.write}. */
        SUBMITTING,
        /** A thread is inside {@code Transport.write}, and the write has ended. */
        ENDED_INLINE,
        /** The call has returned, and the write has not ended. */
        IN_FLIGHT
    }

    private State state = State.NONE;
    private long bytes;
    private long inFlightSince;

    /** Whether there is no write: the next one may begin, and the queue owns all buffers. */
    boolean isNone() {
        return state == State.NONE;
    }

    /** Whether a thread is inside {@code Transport.write}. */
    boolean isInCall() {
        return state == State.SUBMITTING || state == State.ENDED_INLINE;
    }

    /** Whether the call has returned, and the network has not taken all. Also true after a failure. */
    boolean isInFlight() {
        return state == State.IN_FLIGHT;
    }

    /** Called before {@code Transport.write}, with the bytes of the write that count in positions. */
    void begin(long size) {
        bytes = size;
        state = State.SUBMITTING;
    }

    /**
     * Called when {@code Transport.write} has returned. Returns whether the write has ended, so that the caller goes
     * on.
     *
     * @param clock tells since when it is in flight, if it has not ended
     */
    boolean submitted(Clock clock) {
        if (state == State.SUBMITTING) {
            state = State.IN_FLIGHT;
            inFlightSince = clock.nanoTime();
        }
        return state == State.ENDED_INLINE;
    }

    /**
     * Called when the transport reports the end. Returns whether the caller goes on; false if the thread inside {@code
     * Transport.write} does.
     */
    boolean completed() {
        if (state == State.SUBMITTING) {
            state = State.ENDED_INLINE;
            return false;
        }
        return true;
    }

    /** Ends the write, so that the next one may begin, and returns its bytes. */
    long end() {
        state = State.NONE;
        return bytes;
    }

    /** Called when the write has failed: it stays in flight for ever, so that nothing more is written. */
    void fail() {
        state = State.IN_FLIGHT;
    }

    /**
     * The time until the write has been in flight for {@code timeoutNanos}; {@link Long#MAX_VALUE} if it is not in
     * flight.
     */
    long untilDeadline(long timeoutNanos, long now) {
        return state == State.IN_FLIGHT ? inFlightSince + timeoutNanos - now : Long.MAX_VALUE;
    }
}
