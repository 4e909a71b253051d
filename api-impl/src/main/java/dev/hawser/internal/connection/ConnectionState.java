package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection, from the accepted handshake to its end (RFC 6455 section 7). Events go in, actions come
 * out: the caller of an event then takes actions with {@link #claim} until there are none, carries out each without any
 * lock, and reports the result with {@link #settled}. This class does no I/O and calls nothing. Thread-safe.
 * docs/adr/010-connection-state.md has the reasons.
 *
 * <p>Each action is given once in a connection's life. Actions of one {@link ConnectionAction.Lane lane} never overlap,
 * and come in the order of {@link ConnectionAction}. An event allocates nothing, so that no OutOfMemoryError can lose
 * one.
 */
final class ConnectionState {
    private final Role role;

    // Guarded by this.
    private Stage state = Stage.ACCEPTED;
    private final OwedActions actions = new OwedActions();
    private final CloseCodes codes = new CloseCodes();
    private boolean transportKnown;
    private boolean closeWanted;
    private boolean closeFrameWritten;
    private boolean inputEnded;
    /** Whether the last callback has returned, or there will be no callback. */
    private boolean lastEventDelivered;

    private final EndCause cause = new EndCause();

    ConnectionState(Role role) {
        this.role = role;
    }

    // ---- events ----

    /**
     * The transport is open. Returns true if the caller must set up the session, and then call {@link #sessionReady} or
     * {@link #openingFailed}; false if the connection has already ended, and the transport is aborted.
     */
    synchronized boolean transportOpened() {
        if (state == Stage.ACCEPTED) {
            actions.begin(ConnectionAction.QUEUE_OPENED);
            transportKnown = true;
            state = Stage.OPENING;
            return true;
        }
        if (!transportKnown) {
            actions.give(ConnectionAction.ABORT_TRANSPORT);
            transportKnown = true;
        }
        return false;
    }

    /** The session is set up, and its onOpen is queued. */
    synchronized void sessionReady() {
        actions.end(ConnectionAction.QUEUE_OPENED);
        if (state == Stage.OPENING) {
            state = Stage.OPEN;
            if (closeWanted) {
                closeFirst();
            }
        }
    }

    /** The session could not be set up, and gets no callback. */
    synchronized void openingFailed() {
        if (!actions.end(ConnectionAction.QUEUE_OPENED)) {
            return;
        }
        lastEventDelivered = true;
        if (state.holdsTransport()) {
            endsFor(CloseCause.OPENING_FAILED);
            free(Transition.ABORT);
        }
        actions.dropEvents();
        goneIfOver();
    }

    /**
     * This side closes; nothing happens if it has already closed. Before the session is ready, the close is kept until
     * then.
     *
     * @param toldCode the code for onClose, whatever the peer answers, if this side is the first to close, or {@link
     *     CloseCodes#NONE}
     */
    synchronized void weClose(int code, String reason, int toldCode, CloseCause why) {
        switch (state) {
            case ACCEPTED, OPENING -> {
                if (!closeWanted) {
                    endsFor(why);
                    closeWanted = true;
                    codes.weClose(code, reason, toldCode);
                }
            }
            case OPEN -> {
                endsFor(why);
                codes.weClose(code, reason, toldCode);
                closeFirst();
            }
            case CLOSED_BY_PEER -> answer(code, reason);
            default -> {} // it has already closed, or needs no close frame any more
        }
    }

    private void closeFirst() {
        sendClose(codes.first(), codes.firstReason(), Transition.CLOSE_FIRST);
        state = Stage.CLOSED_BY_US;
    }

    private void answer(int code, String reason) {
        sendClose(code, reason, Transition.ANSWER);
        state = Stage.CLOSED_BY_BOTH;
    }

    /** @param given the actions to give; SEND_CLOSE among them counts only once */
    private void sendClose(int code, String reason, int given) {
        if (!actions.isGiven(ConnectionAction.SEND_CLOSE)) {
            codes.send(code, reason);
        }
        actions.give(given);
    }

    /** The peer's close frame was read: first, or in reply. */
    synchronized void peerClosed(int code, String reason) {
        if (state == Stage.OPENING || state == Stage.OPEN) {
            endsFor(CloseCause.CLOSED_BY_PEER);
            codes.decided(code, reason); // a close that was kept during the opening comes too late
            actions.give(Transition.PEER_CLOSES);
            state = Stage.CLOSED_BY_PEER;
        } else if (state == Stage.CLOSED_BY_US) {
            codes.confirmed();
            actions.give(ConnectionAction.QUEUE_ENDED);
            state = Stage.CLOSED_BY_BOTH;
            freeIfDone();
        }
    }

    /**
     * The turn has come to an event of the connection's life, so the callbacks of the messages before it have returned:
     * our close frame is due, if it was the peer's (whose code is echoed, RFC 6455 5.5.1) or a failure.
     *
     * @return whether the endpoint may still be told
     */
    synchronized boolean reached(InboundEvent.Kind event) {
        switch (event) {
            case PEER_CLOSED -> {
                if (state == Stage.CLOSED_BY_PEER) {
                    answer(codes.first(), codes.firstReason());
                }
            }
            case FAILED -> {
                if (state == Stage.FAILING) {
                    sendClose(codes.first(), codes.firstReason(), ConnectionAction.SEND_CLOSE.bit);
                }
            }
            default -> {} // it has changed the state when it happened
        }
        return !lastEventDelivered;
    }

    /**
     * The peer broke a rule; what it sends from now on is not read. Does nothing after its close frame, behind which
     * nothing is read in any case.
     */
    synchronized void violation(RemoteProtocolException violation) {
        if (state != Stage.OPENING && state != Stage.OPEN && state != Stage.CLOSED_BY_US) {
            return;
        }
        endsFor(EndCause.of(violation));
        if (actions.isGiven(ConnectionAction.SEND_CLOSE)) {
            codes.confirmed();
        } else {
            codes.decided(violation.closeCode(), String.valueOf(violation.getMessage()));
        }
        cause.failed(violation);
        actions.give(Transition.FAIL);
        state = Stage.FAILING;
        freeIfDone();
    }

    /** Our close frame was handed to the network. */
    synchronized void closeFrameWritten() {
        if (actions.isGiven(ConnectionAction.SEND_CLOSE)) {
            closeFrameWritten = true;
            freeIfDone();
        }
    }

    /** Our close frame will not be written. */
    synchronized void closeFrameLost() {
        if (actions.isGiven(ConnectionAction.SEND_CLOSE) && state.holdsTransport()) {
            free(Transition.ABORT);
        }
    }

    /**
     * A read met the end of the stream. A peer that has closed before may have ended only its direction, and still
     * read: it gets the replies and our close frame, within the close timeout. If the peer has gone, a write will fail.
     *
     * @param midMessage whether a message or a frame had begun
     */
    synchronized void endOfStream(boolean midMessage) {
        inputEnded = true;
        endsFor(CloseCause.PEER_VANISHED);
        switch (state) {
            case OPENING, OPEN, CLOSED_BY_US -> {
                if (midMessage) {
                    cause.cutShort();
                    actions.give(ConnectionAction.QUEUE_FAILED);
                }
                free(Transition.CLOSE);
            }
            case CLOSED_BY_BOTH -> freeIfDone();
            case FAILING -> free(Transition.CLOSE);
            default -> {} // the answer to the peer's close frame is still due, or there is no transport
        }
    }

    /** The transport has failed. */
    synchronized void broken(Throwable by) {
        endsFor(EndCause.of(by));
        if (state == Stage.OPENING || state == Stage.OPEN || state == Stage.CLOSED_BY_US) {
            cause.failed(by);
            actions.give(ConnectionAction.QUEUE_FAILED);
        }
        if (state.holdsTransport()) {
            cause.broken(by);
        }
        endNow();
    }

    /** The transport was closed in order. */
    synchronized void transportClosed() {
        inputEnded = true;
        endsFor(CloseCause.PEER_VANISHED);
        if (state == Stage.ACCEPTED) {
            endNow();
        } else if (state.holdsTransport()) {
            free(Transition.CLOSE);
        }
    }

    /** The connection must end at once. */
    synchronized void cut(String why, CloseCause forWhat) {
        endsFor(forWhat);
        if (state == Stage.OPENING || state == Stage.OPEN || state == Stage.CLOSED_BY_US) {
            codes.cut(why);
        }
        if (state == Stage.ACCEPTED || state.holdsTransport()) {
            cause.cut(why);
        }
        endNow();
    }

    /** The last callback has returned. */
    synchronized void lastEventDelivered() {
        if (actions.isGiven(ConnectionAction.QUEUE_ENDED)) {
            lastEventDelivered = true;
            goneIfOver();
        }
    }

    // ---- actions ----

    /**
     * The next action, which the caller must carry out and then settle; null if there is none, or if all wait for
     * others.
     */
    synchronized @Nullable ConnectionAction claim() {
        return actions.claim();
    }

    /** A claimed action was carried out, or has thrown. If this method throws an error, it must be called again. */
    synchronized void settled(ConnectionAction action, boolean success) {
        if (!success && actions.isRunning(action)) {
            switch (action) {
                case SEND_CLOSE, SHUT_OUTPUT -> {
                    if (state.holdsTransport()) {
                        free(Transition.ABORT);
                    }
                }
                case CLOSE_TRANSPORT -> actions.give(ConnectionAction.ABORT_TRANSPORT);
                default -> actions.keepForRetry(action);
            }
        }
        actions.end(action);
        goneIfOver();
    }

    /** Whether an action has failed that {@link #retry} makes due again. */
    synchronized boolean needsRetry() {
        return actions.needsRetry();
    }

    /** Makes failed actions due again. */
    synchronized void retry() {
        actions.retry();
    }

    // ---- questions ----

    synchronized Stage state() {
        return state;
    }

    /** Whether this side can still begin to close. */
    synchronized boolean mayClose() {
        return (state == Stage.ACCEPTED || state == Stage.OPENING) && !closeWanted || state == Stage.OPEN;
    }

    /** The code of our close frame: our own, or the peer's, which is echoed (RFC 6455 5.5.1). */
    synchronized int codeToSend() {
        return codes.sent();
    }

    /** The reason that goes with {@link #codeToSend}. */
    synchronized String reasonToSend() {
        return codes.sentReason();
    }

    /** The code for onClose: that of the side that closed first, if it is known (RFC 6455 7.1.5), otherwise 1006. */
    synchronized int codeToTell() {
        return codes.told();
    }

    /** The reason that goes with {@link #codeToTell}; "" if there is none. */
    synchronized String reasonToTell() {
        return codes.toldReason();
    }

    /** See {@link EndCause#first}. */
    synchronized @Nullable CloseCause closeCause() {
        return cause.first();
    }

    /** See {@link EndCause#failure}. */
    synchronized @Nullable Throwable failure() {
        return cause.failure();
    }

    /** See {@link EndCause#words}. */
    synchronized String why() {
        return cause.words(actions.isGiven(ConnectionAction.QUEUE_OPENED));
    }

    @Override
    public synchronized String toString() {
        return state + ": " + actions;
    }

    // ---- under the lock ----

    /** The first cause counts, but what happens overtakes a close that only waits for the opening. */
    private void endsFor(CloseCause why) {
        if (state.compareTo(Stage.OPEN) <= 0) {
            cause.begins(why);
        }
    }

    private void endNow() {
        if (state == Stage.ACCEPTED) {
            actions.give(Transition.NEVER_OPEN);
            lastEventDelivered = true;
            state = Stage.GONE;
        } else if (state.holdsTransport()) {
            free(Transition.ABORT);
        }
    }

    /**
     * Closes the transport if all is done. By RFC 6455 7.1.1 the server closes TCP after both close frames, and the
     * client waits for that. After a violation this side ends its direction, and reads until the peer closes: closing a
     * socket with unread bytes resets the connection, and the peer might not get the close frame.
     */
    private void freeIfDone() {
        if (closeFrameWritten && state == Stage.FAILING) {
            actions.give(ConnectionAction.SHUT_OUTPUT);
        } else if (closeFrameWritten && state == Stage.CLOSED_BY_BOTH && (role == Role.SERVER || inputEnded)) {
            free(Transition.CLOSE);
        }
    }

    /** @param how {@link Transition#CLOSE} or {@link Transition#ABORT} */
    private void free(int how) {
        actions.give(how);
        state = Stage.CLOSED;
    }

    private void goneIfOver() {
        if (state == Stage.CLOSED && lastEventDelivered && !actions.isFreeing()) {
            actions.give(Transition.END);
            state = Stage.GONE;
        }
    }
}
