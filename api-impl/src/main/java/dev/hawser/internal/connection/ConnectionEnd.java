package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SessionException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@link ConnectionState} what happens to a connection, and carries out its actions. It decides nothing itself.
 * Whatever happens at the same time, the endpoint gets onClose once, as the last event.
 *
 * <p>An action may throw anything, even an OutOfMemoryError. The other actions are carried out all the same. A failed
 * action is tried again by the timer of {@link Deadlines}, or at the next event, whichever comes first.
 */
final class ConnectionEnd {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.connection");
    /** The reason for a cut after an error of the JVM. */
    static final String FAILED = LimitedLog.prepared("the session was cut because of an error");

    private static final byte[] NOTHING = {};

    /** For onClose, if there is no memory to make the right reason. */
    private static final CloseReason ABNORMAL = CloseCodes.closeReason(1006, "");

    private final OutboundQueue outbound;
    private final ConnectionParts parts;
    private final ConnectionState state;
    private final CloseFrameSent closeFrameSent = new CloseFrameSent();

    // The events of the connection's life are allocated with the connection, so that no lack of memory loses one.
    private @Nullable InboundEvent opened = new InboundEvent(InboundEvent.Kind.OPENED, NOTHING);
    private final InboundEvent peerClosed = new InboundEvent(InboundEvent.Kind.PEER_CLOSED, NOTHING);
    private final InboundEvent failed = new InboundEvent(InboundEvent.Kind.FAILED, NOTHING);
    private final InboundEvent ended = new InboundEvent(InboundEvent.Kind.ENDED, NOTHING);

    /** Why sends and reads fail from now on; set before they do. */
    private volatile @Nullable String whyFreed;
    /** Whether onError was told how the session ends; accessed only in its turns. */
    private boolean endTold;
    /** Whether a callback has thrown the exception of the connection's end, so that the endpoint already knows it. */
    private volatile boolean failureTold;
    /**
     * Whether messages that still arrive are dropped, because {@link #dismiss} has closed the connection, or the
     * endpoint did not begin.
     */
    private volatile boolean deaf;
    /** Whether an extension has ended its own connection. The end is carried out when the extension has returned. */
    private volatile boolean extensionEnds;

    ConnectionEnd(Role role, OutboundQueue outbound, ConnectionParts parts) {
        this.outbound = outbound;
        this.parts = parts;
        this.state = new ConnectionState(role);
    }

    // ---- what happens ----

    /** See {@link ConnectionState#transportOpened}. */
    boolean transportOpened() {
        boolean toSetUp = state.transportOpened();
        carryOut();
        return toSetUp;
    }

    /** Called once, when the session is set up: queues its onOpen. */
    void sessionReady() {
        parts.enqueue(Objects.requireNonNull(opened));
        opened = null; // an event that was delivered is not kept
        state.sessionReady();
        carryOut();
    }

    /** Called if the session could not be set up. */
    void openingFailed() {
        state.openingFailed();
        carryOut();
    }

    /**
     * Closes from this side. Messages that arrive before the peer's answer are delivered.
     *
     * @param toldCode the code for onClose, whatever the peer answers, if this side is the first to close, or {@link
     *     CloseCodes#NONE}
     * @throws IllegalArgumentException for a code that must not be sent or a reason that is too long, if the session is
     *     open
     */
    void closeByUs(CloseReason reason, int toldCode, CloseCause why) {
        if (!state.mayClose() && state.state() != Stage.CLOSED_BY_PEER) {
            return;
        }
        int code = reason.getCloseCode().getCode();
        String phrase = reason.getReasonPhrase() == null ? "" : reason.getReasonPhrase();
        try {
            FrameWriter.closePayload(code, phrase);
        } catch (IllegalArgumentException e) {
            if (state.mayClose()) {
                throw e;
            }
            return; // the peer has closed, so its close frame is answered without this reason
        }
        state.weClose(code, phrase, toldCode, why);
        carryOut();
    }

    /** Closes for a fault of the peer. onClose gets the code whether the peer answers or not, as after a violation. */
    void closeForFault(CloseReason.CloseCodes code, String fault, CloseCause why) {
        closeByUs(new CloseReason(code, fault), code.getCode(), why);
    }

    /** Closes like {@link #closeForFault}, and drops what still arrives. */
    void dismiss(CloseReason.CloseCodes code, String fault, CloseCause why) {
        deaf = true;
        closeForFault(code, fault, why);
    }

    /** Called if onOpen could not be called: messages are dropped. */
    void neverBegan() {
        deaf = true;
    }

    /** Whether messages still reach the endpoint. */
    boolean isListening() {
        return !deaf;
    }

    /**
     * Called for the peer's close frame. Its answer waits for the callbacks of earlier messages, but not longer than
     * the close timeout.
     */
    void closedByPeer(int code, String reason) {
        state.peerClosed(code, reason);
        carryOut();
    }

    /**
     * Fails the connection (RFC 6455 7.1.7). The close frame waits for the replies to earlier messages, but not longer
     * than the close timeout.
     */
    void violated(RemoteProtocolException violation) {
        state.violation(violation);
        carryOut();
    }

    void endOfStream(boolean midMessage) {
        state.endOfStream(midMessage);
        carryOut();
    }

    void broken(Throwable cause) {
        state.broken(cause);
        carryOut();
    }

    void transportClosed(@Nullable Throwable cause) {
        if (cause == null) {
            state.transportClosed();
        } else {
            state.broken(cause);
        }
        carryOut();
    }

    /** Ends the connection at once. */
    void cut(String why, CloseCause cause) {
        state.cut(why, cause);
        carryOut();
    }

    /** Called if a turn threw an error outside the application's code. */
    void turnBroke(Throwable error) {
        FAILURES.log(System.Logger.Level.ERROR, FAILED, error);
        cut(FAILED, CloseCause.INTERNAL_ERROR);
    }

    /** Tries failed actions again. Called by the timer. Returns whether an action has failed again. */
    boolean retry() {
        state.retry();
        carryOut();
        return state.needsRetry();
    }

    // ---- what is done about it ----

    /** Called when an extension that ended its own connection has returned. */
    void extensionReturned() {
        if (extensionEnds) {
            extensionEnds = false;
            carryOut();
        }
    }

    private void carryOut() {
        if (parts.isInExtension()) {
            // it holds a lock, for which a thread may wait that holds the locks which the end needs
            extensionEnds = true;
            return;
        }
        boolean done = false;
        try {
            carryOutAll();
            done = true;
        } finally {
            if (!done || state.needsRetry()) {
                retrySoon();
            }
        }
    }

    private void retrySoon() {
        try {
            parts.timeouts().retrySoon();
        } catch (Throwable e) {
            // the next event of the connection tries again, or the timer's next look
        }
    }

    private void carryOutAll() {
        for (ConnectionAction action = state.claim(); action != null; action = state.claim()) {
            boolean success = false;
            try {
                perform(action);
                success = true;
            } catch (Throwable e) {
                report(action, e);
            } finally {
                try {
                    state.settled(action, success);
                } catch (Throwable e) { // an action that is not settled would block its lane
                    state.settled(action, success);
                }
            }
        }
    }

    /** Logs, and never throws: what follows from the failure is more important than its log line. */
    private static void report(ConnectionAction action, Throwable failure) {
        try {
            LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> action + " failed while a connection ended; the rest of its end goes on",
                    failure);
        } catch (Throwable e) {
            // there may be no memory for a log line
        }
    }

    private void perform(ConnectionAction action) throws IOException {
        switch (action) {
            case QUEUE_OPENED -> throw new AssertionError("sessionReady queues it");
            case LEAVE -> parts.listener().closing();
            case START_CLOSE_DEADLINE -> parts.timeouts().closeBegan();
            case SEND_CLOSE -> sendClose();
            case SHUT_OUTPUT -> transport().shutdownOutput();
            case CLOSE_TRANSPORT -> transport().close();
            case ABORT_TRANSPORT -> transport().abort();
            case END_OUTPUT -> endOutput();
            case END_INPUT -> parts.endInput(state.why());
            case END_DEADLINES -> {
                // a SendHandler that could not be called before has waited for the timer
                parts.scheduleCompletedSends();
                parts.timeouts().end();
            }
            case QUEUE_PEER_CLOSED -> parts.enqueue(peerClosed);
            case QUEUE_FAILED -> parts.enqueue(failed);
            case QUEUE_ENDED -> parts.enqueue(ended);
            case FORGET -> parts.forget();
        }
    }

    /** The transport, which is known whenever an action needs it. */
    private Transport transport() {
        Transport transport = parts.transport();
        if (transport == null) {
            throw new AssertionError("there is no transport in " + state);
        }
        return transport;
    }

    private void sendClose() throws IOException {
        byte[] payload = FrameWriter.closePayload(state.codeToSend(), FrameWriter.truncateReason(state.reasonToSend()));
        long never = System.nanoTime() + Long.MAX_VALUE / 4; // the close timeout is its deadline
        outbound.control().appendClose(payload, new PendingSend(never, closeFrameSent));
        outbound.flush();
    }

    private final class CloseFrameSent implements PendingSend.Completion {
        @Override
        public boolean runsApplicationCode() {
            return false;
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            if (failure == null) {
                state.closeFrameWritten();
            } else {
                state.closeFrameLost();
            }
            carryOut();
        }
    }

    private void endOutput() {
        String why = state.why();
        whyFreed = why;
        outbound.end(why);
    }

    /** See {@link EndCause#first}. */
    @Nullable CloseCause closeCause() {
        return state.closeCause();
    }

    // ---- in the session's turn ----

    void deliver(InboundEvent event) throws Throwable {
        boolean tell = state.reached(event.kind);
        switch (event.kind) {
            case OPENED -> {
                if (tell) { // otherwise the opening failed after this event was queued
                    parts.listener().open();
                }
            }
            case FAILED -> failed();
            case HANDLER_FAILED -> callbackFailed((Throwable) event.payload);
            case PEER_CLOSED -> carryOut();
            case ENDED -> end();
            default -> {
                // a message whose handler was removed while it waited
            }
        }
    }

    /** The last attempt, after {@link #deliver} threw. */
    void deliverAgain(InboundEvent event) throws Throwable {
        try {
            deliver(event);
        } finally {
            if (event.kind == InboundEvent.Kind.ENDED) {
                over();
            }
        }
    }

    private void failed() {
        carryOut();
        if (endTold) {
            return;
        }
        Throwable cause = state.failure();
        if (!failureTold || cause instanceof RemoteProtocolException) {
            String message = cause == null ? EndCause.CUT_SHORT : cause.getMessage();
            Throwable told = cause == null ? new IOException(EndCause.CUT_SHORT) : cause;
            SessionException failure = parts.listener().failure(message, told);
            endTold = true;
            parts.listener().connectionFailed(failure);
        }
    }

    /**
     * Called if a callback threw. If it threw the exception of a send or read that failed because the connection broke,
     * onError learns from it why the session ends.
     */
    void callbackFailed(Throwable error) {
        String why = whyFreed;
        for (Throwable cause = error; why != null && cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && why.equals(cause.getMessage())) {
                failureTold = true;
            }
        }
        parts.listener().callbackFailed(error);
    }

    private void end() {
        parts.listener().end(reasonToTell());
        over();
    }

    private void over() {
        state.lastEventDelivered();
        carryOut();
    }

    private CloseReason reasonToTell() {
        try {
            return CloseCodes.closeReason(state.codeToTell(), FrameWriter.truncateReason(state.reasonToTell()));
        } catch (OutOfMemoryError e) {
            return ABNORMAL;
        }
    }
}
