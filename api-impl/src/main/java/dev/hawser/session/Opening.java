package dev.hawser.session;

import org.jspecify.annotations.Nullable;

/**
 * How far the opening of a connection has come. A transport may be gone before it is open, or while it opens, and tells so on another thread:
 * the end is not to overtake the beginning. Thread-safe.
 */
final class Opening {
    private enum State {
        /** The handshake was accepted, and the transport is to open. */
        DUE,
        /** The transport is open, and the session is being set up. */
        UNDER_WAY,
        DONE,
        /** The transport was gone before it was open. */
        NEVER
    }

    /** How a transport ended while its session was being set up. */
    record Ended(@Nullable Throwable cause) {}

    /** Guarded by this. */
    private State state = State.DUE;
    /** Guarded by this. */
    private @Nullable Ended ended;

    /** The transport is open. Returns false if it was gone before, so that there will be no session. */
    synchronized boolean begin() {
        if (state != State.DUE) {
            return false;
        }
        state = State.UNDER_WAY;
        return true;
    }

    /** The session is set up. Returns what is to be told of the transport now, if it has ended meanwhile. */
    synchronized @Nullable Ended done() {
        state = State.DONE;
        return ended;
    }

    /** The transport is gone. Returns whether that is to be told now: not before the session is set up, and never if it will not be. */
    synchronized boolean endsNow(@Nullable Throwable cause) {
        if (state == State.DUE) {
            state = State.NEVER;
        } else if (state == State.UNDER_WAY) {
            ended = new Ended(cause);
        }
        return state == State.DONE;
    }

    /** Whether the transport was gone before it was open. */
    synchronized boolean isNever() {
        return state == State.NEVER;
    }
}
