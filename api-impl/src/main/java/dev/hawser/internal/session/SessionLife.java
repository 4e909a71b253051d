package dev.hawser.internal.session;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.internal.connection.ConnectionListener;
import dev.hawser.internal.connection.MessageLimits;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import jakarta.websocket.SessionException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one session from its opening to its end, as its connection tells it: calls the endpoint, and has the
 * session listed as long as it lives. What is called in turns is called by one thread at a time.
 */
final class SessionLife implements ConnectionListener {
    /** The session, as far as its life needs it. */
    interface Owner extends Session {
        /** Called in the turn of onOpen: that has thrown, so the session is closed. */
        void failedToOpen();

        /** Called in the turn of onOpen, once that has returned or thrown. */
        void opened();

        /** Sends back what a message handler returned. */
        void reply(Object reply) throws IOException, EncodeException;
    }

    private final Owner session;
    private final SessionListing listing;
    private final MessageLimits limits;
    private final BoundEndpoint endpoint;
    private final EndpointErrors errors;
    /** For a client, whose connect waits for onOpen; a server has nobody who waits. */
    private final @Nullable CountDownLatch opened;

    private volatile boolean open = true;
    /** Whether onClose is about to be called or has been. */
    private volatile boolean ending;
    /** Whether onOpen was called; only touched in turns. */
    private boolean begun;
    /** Whether onClose was called; only touched in turns. */
    private boolean endTold;

    SessionLife(
            Owner session,
            String id,
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            SessionListing listing,
            MessageLimits limits) {
        this.session = session;
        this.listing = listing;
        this.limits = limits;
        this.opened = handshake.role() == Role.CLIENT ? new CountDownLatch(1) : null;
        this.endpoint = handshake
                .plan()
                .bind(
                        handshake.endpoint(),
                        handshake.components(),
                        session,
                        handshake.config(),
                        handshake.pathParameters(),
                        handshake.settings().get(Setting.DISPATCH) != Dispatch.EVENT_LOOP);
        this.errors = new EndpointErrors(id, runtime.repeatedErrors(), endpoint, this::hasBegun);
    }

    /** Whose life it is. */
    Owner session() {
        return session;
    }

    /** See {@link WebSocketSession#awaitOpened}. */
    boolean awaitOpened(long deadline) throws InterruptedException {
        boolean inTime = opened == null || opened.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        return inTime && (open || ending);
    }

    /** Whether onClose has yet to return. Any thread. */
    boolean isOpen() {
        return open;
    }

    /** Whether onClose is about to be called or has been. Any thread. */
    boolean isEnding() {
        return ending;
    }

    /** Whether the endpoint was told of the session, so that it is told of its end, too. Asked in its turns. */
    private boolean hasBegun() {
        return begun;
    }

    /** A SendHandler threw when onClose, the last callback, was due already. Any thread. */
    void handlerFailedAfterTheEnd(Throwable error) {
        errors.handlerFailedAfterTheEnd(error);
    }

    @Override
    public BoundEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public MessageLimits limits() {
        return limits;
    }

    @Override
    public boolean begins() {
        return listing.begins();
    }

    @Override
    public void joins() {
        listing.joins();
    }

    @Override
    public void joined() {
        listing.joined();
    }

    @Override
    public void open() {
        begun = true;
        try {
            endpoint.onOpen();
        } catch (Throwable e) {
            errors.callbackFailed(e);
            session.failedToOpen();
        } finally {
            if (opened != null) {
                opened.countDown();
            }
        }
        session.opened();
    }

    @Override
    public void reply(Object reply) throws IOException, EncodeException {
        session.reply(reply);
    }

    @Override
    public void callbackFailed(Throwable error) {
        errors.callbackFailed(error);
    }

    @Override
    public SessionException failure(@Nullable String message, Throwable cause) {
        return new SessionException(message, cause, session);
    }

    @Override
    public void connectionFailed(SessionException failure) {
        errors.connectionFailed(failure);
    }

    @Override
    public void closing() {
        listing.closing();
    }

    @Override
    public void end(CloseReason reason) {
        ending = true;
        try {
            if (begun && !endTold) {
                try {
                    endTold = true;
                    endpoint.onClose(reason);
                } catch (Throwable e) {
                    errors.callbackFailed(e);
                }
            }
            endpoint.destroy();
        } finally {
            open = false;
            if (opened != null) {
                opened.countDown();
            }
            listing.ended();
        }
    }

    @Override
    public void forget() {
        open = false;
        if (opened != null) {
            opened.countDown();
        }
        listing.forget();
        endpoint.destroy();
    }
}
