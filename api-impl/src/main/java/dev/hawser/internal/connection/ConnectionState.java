package dev.hawser.internal.connection;

import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection, from the accepted handshake until nothing is left of it (RFC 6455 section 7). Events go
 * in, actions come out: whoever tells of an event then takes actions with {@link #claim} until there are none, carries
 * each out without any lock, and tells how that went with {@link #settled}. Does no I/O and calls nothing. Thread-safe.
 * The reasons stand in docs/adr/010-connection-state.md.
 *
 * <p>Each action is given once in a life. Those of one {@link ConnectionAction.Lane lane} never overlap, and come in
 * the order of {@link ConnectionAction}. An event allocates nothing, so that an OutOfMemoryError cannot lose one.
 */
final class ConnectionState {
    /** How far a connection has come. */
    enum State {
        /** The opening handshake is accepted; the transport is not known yet. */
        ACCEPTED,
        /** The transport is open, and the session is being set up. */
        OPENING,
        OPEN,
        /** Our close frame is first; the peer's is awaited. */
        CLOSED_BY_US,
        /** The peer's close frame was first; ours follows the callbacks of what came before. */
        CLOSED_BY_PEER,
        /**
         * There are close frames of both sides; ours may have to be written yet, or the server's end of the stream be
         * awaited.
         */
        CLOSED_BY_BOTH,
        /**
         * The peer broke a rule (RFC 6455 7.1.7): our close frame goes out, then our direction ends, then the peer's.
         */
        FAILING,
        /** The transport is freed (RFC 6455 7.1.4); onClose may be due. */
        CLOSED,
        /** onClose has returned, or will never come, and the transport is freed. */
        GONE
    }

    // Sets of actions that are given together, before the state changes: whatever throws, none is missing.
    private static final int CLOSE_FIRST = ConnectionAction.set(
            ConnectionAction.LEAVE, ConnectionAction.START_CLOSE_DEADLINE, ConnectionAction.SEND_CLOSE);
    private static final int ANSWER = ConnectionAction.set(ConnectionAction.SEND_CLOSE, ConnectionAction.QUEUE_ENDED);
    private static final int PEER_CLOSES = ConnectionAction.set(
            ConnectionAction.LEAVE, ConnectionAction.START_CLOSE_DEADLINE, ConnectionAction.QUEUE_PEER_CLOSED);
    private static final int FAIL = ConnectionAction.set(
            ConnectionAction.LEAVE,
            ConnectionAction.START_CLOSE_DEADLINE,
            ConnectionAction.QUEUE_FAILED,
            ConnectionAction.QUEUE_ENDED);
    private static final int NEVER_OPEN =
            ConnectionAction.set(ConnectionAction.END_OUTPUT, ConnectionAction.END_INPUT, ConnectionAction.FORGET);
    private static final int FREE = ConnectionAction.set(
            ConnectionAction.LEAVE,
            ConnectionAction.END_OUTPUT,
            ConnectionAction.END_INPUT,
            ConnectionAction.QUEUE_ENDED);
    private static final int CLOSE = FREE | ConnectionAction.set(ConnectionAction.CLOSE_TRANSPORT);
    private static final int ABORT = FREE | ConnectionAction.set(ConnectionAction.ABORT_TRANSPORT);
    private static final int END = ConnectionAction.set(ConnectionAction.END_DEADLINES, ConnectionAction.FORGET);

    private final Role role;

    // Guarded by this.
    private State state = State.ACCEPTED;
    private final OwedActions actions = new OwedActions();
    private final CloseCodes codes = new CloseCodes();
    private boolean transportKnown;
    private boolean closeWanted;
    private boolean closeFrameWritten;
    private boolean inputEnded;
    /** Whether the last callback has returned, or there will be none. */
    private boolean lastEventDelivered;

    private @Nullable Throwable failure;
    private @Nullable Throwable breakage;
    private @Nullable String cutReason;
    private boolean cutShort;

    ConnectionState(Role role) {
        this.role = role;
    }

    // ---- events ----

    /**
     * The transport is open. Returns whether the caller is to set up the session, and then to tell
     * {@link #sessionReady} or {@link #openingFailed}; false if the connection is gone already, so that the transport
     * is aborted.
     */
    synchronized boolean transportOpened() {
        if (state == State.ACCEPTED) {
            actions.begin(ConnectionAction.QUEUE_OPENED);
            transportKnown = true;
            state = State.OPENING;
            return true;
        }
        if (!transportKnown) {
            give(ConnectionAction.ABORT_TRANSPORT);
            transportKnown = true;
        }
        return false;
    }

    /** The session is set up, and its onOpen is queued. */
    synchronized void sessionReady() {
        actions.end(ConnectionAction.QUEUE_OPENED);
        if (state == State.OPENING) {
            state = State.OPEN;
            if (closeWanted) {
                closeFirst();
            }
        }
    }

    /** The session could not be set up: it gets no callback. */
    synchronized void openingFailed() {
        if (!actions.end(ConnectionAction.QUEUE_OPENED)) {
            return;
        }
        lastEventDelivered = true;
        if (isTransportHeld()) {
            free(ABORT);
        }
        actions.dropEvents();
        goneIfOver();
    }

    /**
     * This side closes; nothing happens if it has closed already. Before the session is ready it is kept until then.
     *
     * @param toldCode what onClose tells whatever the peer answers, if this side is the first, or
     *     {@link CloseCodes#NONE}
     */
    synchronized void weClose(int code, String reason, int toldCode) {
        switch (state) {
            case ACCEPTED, OPENING -> {
                if (!closeWanted) {
                    closeWanted = true;
                    codes.weClose(code, reason, toldCode);
                }
            }
            case OPEN -> {
                codes.weClose(code, reason, toldCode);
                closeFirst();
            }
            case CLOSED_BY_PEER -> answer(code, reason);
            default -> {
                // It has closed already, or needs no close frame any more.
            }
        }
    }

    private void closeFirst() {
        sendClose(codes.first(), codes.firstReason(), CLOSE_FIRST);
        state = State.CLOSED_BY_US;
    }

    private void answer(int code, String reason) {
        sendClose(code, reason, ANSWER);
        state = State.CLOSED_BY_BOTH;
    }

    /** @param given the close frame, if it is the first one, and what goes with it */
    private void sendClose(int code, String reason, int given) {
        if (!isGiven(ConnectionAction.SEND_CLOSE)) {
            codes.send(code, reason);
        }
        actions.give(given);
    }

    /** The peer's close frame was read: first, or in reply. */
    synchronized void peerClosed(int code, String reason) {
        if (state == State.OPENING || state == State.OPEN) {
            codes.decided(code, reason); // what was wanted while it opened comes too late
            actions.give(PEER_CLOSES);
            state = State.CLOSED_BY_PEER;
        } else if (state == State.CLOSED_BY_US) {
            codes.confirmed();
            give(ConnectionAction.QUEUE_ENDED);
            state = State.CLOSED_BY_BOTH;
            freeIfDone();
        }
    }

    /**
     * The callbacks of what came before the peer's close frame have returned: its answer is due, which echoes the code
     * (RFC 6455 5.5.1).
     */
    synchronized void peerCloseDelivered() {
        if (state == State.CLOSED_BY_PEER) {
            answer(codes.first(), codes.firstReason());
        }
    }

    /** The peer broke a rule; what it sends from now on is not read. Behind its close frame nothing is read anyway. */
    synchronized void violation(RemoteProtocolException violation) {
        if (state != State.OPENING && state != State.OPEN && state != State.CLOSED_BY_US) {
            return;
        }
        if (isGiven(ConnectionAction.SEND_CLOSE)) {
            codes.confirmed();
        } else {
            codes.decided(violation.closeCode(), String.valueOf(violation.getMessage()));
        }
        failure = violation;
        actions.give(FAIL);
        state = State.FAILING;
        freeIfDone();
    }

    /** The callbacks of what came before the failure have returned: the close frame that says why is due. */
    synchronized void failureDelivered() {
        if (state == State.FAILING) {
            sendClose(codes.first(), codes.firstReason(), ConnectionAction.SEND_CLOSE.bit);
        }
    }

    /** Our close frame was handed to the network. */
    synchronized void closeFrameWritten() {
        if (isGiven(ConnectionAction.SEND_CLOSE)) {
            closeFrameWritten = true;
            freeIfDone();
        }
    }

    /** Our close frame will not be written. */
    synchronized void closeFrameLost() {
        if (isGiven(ConnectionAction.SEND_CLOSE) && isTransportHeld()) {
            free(ABORT);
        }
    }

    /**
     * A read met the end. A peer that closed before may have ended its direction only, and read on: it gets the replies
     * and the close frame that it is owed, in the time that the close timeout leaves. If it is gone altogether, writing
     * to it says so.
     *
     * @param midMessage whether a message or a frame had begun
     */
    synchronized void endOfStream(boolean midMessage) {
        inputEnded = true;
        switch (state) {
            case OPENING, OPEN, CLOSED_BY_US -> {
                if (midMessage) {
                    cutShort = true;
                    give(ConnectionAction.QUEUE_FAILED);
                }
                free(CLOSE);
            }
            case CLOSED_BY_BOTH -> freeIfDone();
            case FAILING -> free(CLOSE);
            default -> {
                // The answer to the peer's close frame is owed, or the transport is not ours, or not any more.
            }
        }
    }

    /** The transport is gone, or of no more use. */
    synchronized void broken(Throwable cause) {
        if (state == State.OPENING || state == State.OPEN || state == State.CLOSED_BY_US) {
            failure = cause;
            give(ConnectionAction.QUEUE_FAILED);
        }
        if (isTransportHeld()) {
            breakage = cause;
        }
        endNow();
    }

    /** The transport was closed in order. */
    synchronized void transportClosed() {
        inputEnded = true;
        if (state == State.ACCEPTED) {
            endNow();
        } else if (isTransportHeld()) {
            free(CLOSE);
        }
    }

    /** The connection is to end now, without waiting for anything. */
    synchronized void cut(String why) {
        if (state == State.OPENING || state == State.OPEN || state == State.CLOSED_BY_US) {
            codes.cut(why);
        }
        if (state == State.ACCEPTED || isTransportHeld()) {
            cutReason = why;
        }
        endNow();
    }

    /** The last callback has returned. */
    synchronized void lastEventDelivered() {
        if (isGiven(ConnectionAction.QUEUE_ENDED)) {
            lastEventDelivered = true;
            goneIfOver();
        }
    }

    // ---- actions ----

    /**
     * The next action that the caller is to carry out and then to settle, or null if there is none that does not wait
     * for another.
     */
    synchronized @Nullable ConnectionAction claim() {
        return actions.claim();
    }

    /** A claimed action was carried out, or has thrown. If this throws, for want of stack, it is to be told again. */
    synchronized void settled(ConnectionAction action, boolean success) {
        if (!success && actions.isRunning(action)) {
            switch (action) {
                case SEND_CLOSE, SHUT_OUTPUT -> {
                    if (isTransportHeld()) {
                        free(ABORT);
                    }
                }
                case CLOSE_TRANSPORT -> give(ConnectionAction.ABORT_TRANSPORT);
                default -> actions.keepForRetry(action);
            }
        }
        actions.end(action);
        goneIfOver();
    }

    /** Whether an action has thrown that {@link #retry} makes due again. */
    synchronized boolean needsRetry() {
        return actions.needsRetry();
    }

    /** What has thrown is tried again. */
    synchronized void retry() {
        actions.retry();
    }

    // ---- questions ----

    synchronized State state() {
        return state;
    }

    /** Whether a close frame of ours can still be asked for. */
    synchronized boolean mayClose() {
        return (state == State.ACCEPTED || state == State.OPENING) && !closeWanted || state == State.OPEN;
    }

    /**
     * The code of the close frame that {@link Action#SEND_CLOSE} sends: our own, or the peer's, which is echoed (RFC
     * 6455 5.5.1).
     */
    synchronized int codeToSend() {
        return codes.sent();
    }

    /** The reason that goes with {@link #codeToSend}. */
    synchronized String reasonToSend() {
        return codes.sentReason();
    }

    /** What onClose tells: the code of the side that closed first, if it is known (RFC 6455 7.1.5), else 1006. */
    synchronized int codeToTell() {
        return codes.told();
    }

    /** The reason that goes with {@link #codeToTell}; "" if there is none. */
    synchronized String reasonToTell() {
        return codes.toldReason();
    }

    /** What onError tells of the end, or null if that is {@link #isCutShort} or nothing. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** What broke the transport, if that is what ended the connection. */
    synchronized @Nullable Throwable breakage() {
        return breakage;
    }

    /** Why the connection was cut, if it was. */
    synchronized @Nullable String cutReason() {
        return cutReason;
    }

    /** Whether the stream ended in the middle of a message. */
    synchronized boolean isCutShort() {
        return cutShort;
    }

    /** Whether the endpoint is told nothing any more. */
    synchronized boolean isOver() {
        return lastEventDelivered;
    }

    /** Whether the transport was known. */
    synchronized boolean hasOpened() {
        return isGiven(ConnectionAction.QUEUE_OPENED);
    }

    @Override
    public synchronized String toString() {
        return state + ": " + actions;
    }

    // ---- under the lock ----

    private void give(ConnectionAction action) {
        actions.give(action.bit);
    }

    private boolean isGiven(ConnectionAction action) {
        return actions.isGiven(action);
    }

    private boolean isTransportHeld() {
        return state.compareTo(State.OPENING) >= 0 && state.compareTo(State.CLOSED) < 0;
    }

    private void endNow() {
        if (state == State.ACCEPTED) {
            actions.give(NEVER_OPEN);
            lastEventDelivered = true;
            state = State.GONE;
        } else if (isTransportHeld()) {
            free(ABORT);
        }
    }

    /**
     * RFC 6455 7.1.1: after both close frames the server closes TCP first, and the client waits for that. After a
     * violation the server ends its direction and reads on until the peer is gone, since closing with unread bytes
     * would reset the connection and could cost the peer the close frame.
     */
    private void freeIfDone() {
        if (closeFrameWritten && state == State.FAILING) {
            give(ConnectionAction.SHUT_OUTPUT);
        } else if (closeFrameWritten && state == State.CLOSED_BY_BOTH && (role == Role.SERVER || inputEnded)) {
            free(CLOSE);
        }
    }

    /** @param how {@link #CLOSE} or {@link #ABORT} */
    private void free(int how) {
        actions.give(how);
        state = State.CLOSED;
    }

    private void goneIfOver() {
        if (state == State.CLOSED && lastEventDelivered && !actions.isFreeing()) {
            actions.give(END);
            state = State.GONE;
        }
    }
}
