package dev.hawser.session;

import dev.hawser.protocol.CloseHandshake;
import dev.hawser.protocol.FrameWriter;
import dev.hawser.protocol.RemoteProtocolException;
import dev.hawser.protocol.Role;
import dev.hawser.transport.PendingSend;
import dev.hawser.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SessionException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends, whoever ends it: the closing handshake of RFC 6455 section 7, a violation, the end of the stream, a broken
 * transport, a deadline. Whatever comes together, the endpoint gets onClose once, as the last event, with the code of the side that
 * closed first, or 1006 if the handshake was not completed.
 */
final class ConnectionEnd {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");

    private final WebSocketConnection connection;
    private final Role role;
    private final SessionTimeouts timeouts;
    private final CloseHandshake handshake = new CloseHandshake();
    /** Whether the last event is queued. */
    private final AtomicBoolean ended = new AtomicBoolean();

    private final AtomicBoolean transportFreed = new AtomicBoolean();
    /** Whether nothing of the transport and of what the engine held is left; the last that freeing does. */
    private volatile boolean transportGone;
    /** Whether the last event has been delivered. */
    private volatile boolean told;
    /** Why the transport was freed, as callbacks are told that go on to send or to read. */
    private volatile @Nullable String whyFreed;
    /** Whether a callback has failed of just that, so that the endpoint knows it. */
    private volatile boolean failureTold;

    private volatile boolean closedByApplication;
    private volatile boolean closeFrameWritten;
    private volatile boolean violated;
    /** Whether the peer has ended its direction of the stream behind its close frame. */
    private volatile boolean inputEnded;
    /** What onClose is told instead of what went over the wire. */
    private volatile @Nullable CloseReason localReason;

    ConnectionEnd(WebSocketConnection connection, Role role, SessionTimeouts timeouts) {
        this.connection = connection;
        this.role = role;
        this.timeouts = timeouts;
    }

    /** Whether this side has begun to close in order. */
    boolean closedByApplication() {
        return closedByApplication;
    }

    void closeByUs(CloseReason reason, @Nullable CloseReason local) {
        int code = reason.getCloseCode().getCode();
        String phrase = reason.getReasonPhrase() == null ? "" : reason.getReasonPhrase();
        byte[] payload = FrameWriter.closePayload(code, phrase);
        if (!handshake.closeByUs(code, phrase)) {
            return;
        }
        if (local != null) {
            localReason = local; // else what a cut has left there stays
        }
        closedByApplication = true;
        connection.session().closing();
        timeouts.closeBegan();
        sendClose(payload);
    }

    /** The peer's close frame: its answer waits for the callbacks of what came before, but not longer than the close timeout. */
    void closedByPeer(int code, String reason, MessageDispatcher inbox) {
        boolean replyOwed = handshake.closeByPeer(code, reason);
        connection.session().closing();
        timeouts.closeBegan();
        if (replyOwed) {
            inbox.enqueue(new InboundEvent(InboundEvent.Kind.PEER_CLOSED, new byte[0]));
        } else {
            freeTransportIfDone();
            enqueueEnd(inbox, null);
        }
    }

    /**
     * RFC 6455 7.1.7. The close frame that says why waits for the replies to what was received before, but not longer than the close
     * timeout.
     */
    void violated(RemoteProtocolException violation, MessageDispatcher inbox) {
        violated = true;
        connection.session().closing();
        timeouts.closeBegan();
        enqueueEnd(inbox, violation);
    }

    /**
     * A read met the end. A peer that closed before may have ended its direction only, and read on: it gets the replies and the close frame
     * that it is owed, in the time that the close timeout leaves. If it is gone altogether, writing to it says so.
     */
    void endOfStream(MessageDispatcher inbox, boolean midMessage) {
        inputEnded = true; // before the question, so that who writes the close frame meanwhile frees the transport
        if (violated || !isClosedByPeer() || closeFrameWritten) {
            streamEnded(inbox, midMessage);
        }
    }

    private boolean isClosedByPeer() {
        CloseHandshake.State state = handshake.state();
        return state == CloseHandshake.State.CLOSED_BY_PEER || state == CloseHandshake.State.CLOSED;
    }

    private void streamEnded(MessageDispatcher inbox, boolean midMessage) {
        String cutShort = "the connection ended in the middle of a message";
        boolean due = midMessage && !handshake.isComplete() && !violated;
        if (freeTransport(false, due ? cutShort : "the peer closed the connection")) {
            inbox.breakPipe(cutShort);
            enqueueEnd(inbox, due ? new IOException(cutShort) : null);
        }
    }

    void broken(Throwable cause, MessageDispatcher inbox) {
        String why = "the connection broke: " + cause.getMessage();
        boolean due = !isClosedByPeer() && !violated;
        if (freeTransport(true, why)) {
            inbox.breakPipe(why);
            enqueueEnd(inbox, due ? cause : null);
        }
    }

    void transportClosed(@Nullable Throwable cause, MessageDispatcher inbox) {
        if (cause != null) {
            broken(cause, inbox);
        } else {
            streamEnded(inbox, false);
        }
    }

    /** Ends the connection now, without waiting for anything. */
    void cut(String why) {
        MessageDispatcher inbox = connection.dispatcher();
        connection.session().closing();
        // RFC 6455 7.1.5: a close frame that was received says the code, whether it could be answered or not
        if (!isClosedByPeer() && localReason == null) {
            localReason = closeReason(1006, FrameWriter.truncateReason(why));
        }
        if (freeTransport(true, why)) {
            inbox.breakPipe(why);
            enqueueEnd(inbox, null);
        }
    }

    /** Called in the session's turn. */
    void deliver(InboundEvent event) throws Throwable {
        WebSocketSession session = connection.session();
        switch (event.kind) {
            case OPENED -> session.open();
            case FAILED -> failed(session, (Throwable) event.payload);
            case HANDLER_FAILED -> callbackFailed((Throwable) event.payload);
            case PEER_CLOSED -> answerPeer();
            case ENDED -> end(session);
            default -> {
                // A message whose handler was removed while it waited: nobody wants it.
            }
        }
    }

    private void failed(WebSocketSession session, Throwable cause) {
        if (cause instanceof RemoteProtocolException violation) {
            String reason = FrameWriter.truncateReason(String.valueOf(violation.getMessage()));
            if (handshake.fail(violation.closeCode(), reason)) {
                localReason = closeReason(violation.closeCode(), reason);
                sendClose(FrameWriter.closePayload(violation.closeCode(), reason));
            }
        }
        if (!failureTold || cause instanceof RemoteProtocolException) {
            session.errors().connectionFailed(new SessionException(cause.getMessage(), cause, session));
        }
    }

    /**
     * A callback threw. If it was sending or reading when the connection broke, and lets that exception go, the endpoint's onError has been
     * told with it why the session ends.
     */
    void callbackFailed(Throwable error) {
        String why = whyFreed;
        for (Throwable cause = error; why != null && cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && why.equals(cause.getMessage())) {
                failureTold = true;
            }
        }
        connection.session().errors().callbackFailed(error);
    }

    private void answerPeer() {
        int code = handshake.code();
        String reason = handshake.reason();
        // RFC 6455 5.5.1: the answer echoes the status code; 1005 stands for none.
        if (handshake.closeByUs(code, reason)) {
            sendClose(code == 1005 ? new byte[0] : FrameWriter.closePayload(code, reason));
        }
        enqueueEnd(connection.dispatcher(), null);
    }

    private void end(WebSocketSession session) {
        CloseReason reason = localReason;
        session.end(reason != null ? reason : closeReason(handshake.code(), handshake.reason()));
        told = true;
        if (transportFreed.get()) {
            timeouts.end();
        }
        goneIfOver();
    }

    /** Until then a container that stops waits for the session, and cuts it in the end: its timer will not do that any more. */
    private void goneIfOver() {
        if (told && transportGone) {
            connection.runtime().registry().gone(connection.session());
        }
    }

    private void sendClose(byte[] payload) {
        try {
            long never = System.nanoTime() + Long.MAX_VALUE / 4; // the close timeout is the deadline
            connection.outbound().appendClose(payload, new PendingSend(never, new CloseFrameSent()));
            connection.outbound().flush();
        } catch (IOException e) {
            freeTransport(true, String.valueOf(e.getMessage()));
        }
    }

    private final class CloseFrameSent implements PendingSend.Completion {
        @Override
        public boolean runsApplicationCode() {
            return false;
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            closeFrameWritten = true;
            freeTransportIfDone();
        }
    }

    /**
     * RFC 6455 7.1.1: after both close frames the server closes TCP first, and the client waits for that. After a violation the server
     * ends its direction and reads on until the peer is gone, since closing with unread bytes would reset the connection and could cost
     * the peer the close frame.
     */
    private void freeTransportIfDone() {
        Transport transport = connection.transport();
        if (!closeFrameWritten || transport == null) {
            return;
        }
        if (violated) {
            transport.shutdownOutput();
        } else if (handshake.isComplete() && (role == Role.SERVER || inputEnded)) {
            freeTransport(false, "the session is closed");
        }
    }

    /**
     * Returns whether the caller is the first, so that it is the one to tell the endpoint the end: what the transport reports while it is
     * freed is our own doing, and no error.
     */
    private boolean freeTransport(boolean abort, String why) {
        if (!transportFreed.compareAndSet(false, true)) {
            return false;
        }
        whyFreed = why;
        Transport transport = connection.transport();
        try {
            if (transport != null && abort) {
                transport.abort();
            } else if (transport != null) {
                transport.close();
            }
        } catch (RuntimeException e) {
            LOGGER.log(
                    System.Logger.Level.DEBUG, "a transport could not be closed", e); // the session ends all the same
        }
        connection.outbound().end(new IOException(why));
        connection.endProtocol();
        if (ended.get()) {
            timeouts.end();
        }
        transportGone = true;
        goneIfOver();
        return true;
    }

    /** Queues the last events of the session, once: the error if one is due, and the end. */
    private void enqueueEnd(MessageDispatcher inbox, @Nullable Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            connection.session().closing();
            if (failure != null) {
                inbox.enqueue(new InboundEvent(InboundEvent.Kind.FAILED, failure));
            }
            inbox.enqueue(new InboundEvent(InboundEvent.Kind.ENDED, new byte[0]));
        }
        if (transportFreed.get()) {
            timeouts.end();
        }
    }

    static CloseReason closeReason(int code, String reason) {
        return new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason);
    }
}
