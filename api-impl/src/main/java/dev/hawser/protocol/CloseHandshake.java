package dev.hawser.protocol;

/**
 * The closing handshake (RFC 6455 7.1): the one thing that the receiving and the sending side share. Holds no I/O; each transition returns
 * what is to be done. Thread-safe.
 *
 * <pre>
 *   OPEN --closeByUs--&gt; CLOSED_BY_US --closeByPeer--&gt; CLOSED
 *   OPEN --closeByPeer--&gt; CLOSED_BY_PEER --closeByUs--&gt; CLOSED
 *   any --fail--&gt; CLOSED
 * </pre>
 */
public final class CloseHandshake {
    /** Who has sent a close frame. */
    public enum State {
        OPEN,
        CLOSED_BY_US,
        CLOSED_BY_PEER,
        CLOSED
    }

    /** Guarded by this, as all fields. */
    private State state = State.OPEN;
    /** Of the side that closed first. */
    private int code = CloseCode.ABNORMAL;

    private String reason = "";

    /**
     * We close: first, or in reply.
     *
     * @return true if our close frame is now to be sent; false if it was sent before
     */
    public synchronized boolean closeByUs(int withCode, String withReason) {
        switch (state) {
            case OPEN -> {
                remember(withCode, withReason);
                state = State.CLOSED_BY_US;
                return true;
            }
            case CLOSED_BY_PEER -> {
                state = State.CLOSED;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /**
     * The peer's close frame came: first, or in reply.
     *
     * @return true if a reply is owed, which {@link #closeByUs} then accounts for
     */
    public synchronized boolean closeByPeer(int withCode, String withReason) {
        switch (state) {
            case OPEN -> {
                remember(withCode, withReason);
                state = State.CLOSED_BY_PEER;
                return true;
            }
            case CLOSED_BY_US -> {
                state = State.CLOSED;
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    /**
     * We fail the connection (RFC 6455 7.1.7): what the peer still sends is not read, so no answer is waited for.
     *
     * @return true if our close frame is now to be sent; false if it was sent before
     */
    public synchronized boolean fail(int withCode, String withReason) {
        State before = state;
        if (before == State.OPEN) {
            remember(withCode, withReason);
        }
        state = State.CLOSED;
        return before == State.OPEN || before == State.CLOSED_BY_PEER;
    }

    /** Whether frames are still ours to send: after our close frame none is (RFC 6455 5.5.1). */
    public synchronized boolean mayWrite() {
        return state == State.OPEN || state == State.CLOSED_BY_PEER;
    }

    /** Whether both close frames were seen, or the connection failed: nothing more is waited for. */
    public synchronized boolean isComplete() {
        return state == State.CLOSED;
    }

    /**
     * What the application is told (RFC 6455 7.1.5): the code of the side that closed first. 1006 while no close frame was seen and while
     * ours has no answer, which is what remains if the connection ends that way.
     */
    public synchronized int code() {
        return isKnown() ? code : CloseCode.ABNORMAL;
    }

    /** The reason that goes with {@link #code}; "" if there is none. */
    public synchronized String reason() {
        return isKnown() ? reason : "";
    }

    /** Where the handshake stands. */
    public synchronized State state() {
        return state;
    }

    private boolean isKnown() {
        return state == State.CLOSED || state == State.CLOSED_BY_PEER;
    }

    private void remember(int withCode, String withReason) {
        code = withCode;
        reason = withReason;
    }
}
