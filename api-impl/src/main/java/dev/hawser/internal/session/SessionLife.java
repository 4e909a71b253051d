package dev.hawser.internal.session;

import dev.hawser.CloseCause;
import dev.hawser.Dispatch;
import dev.hawser.HawserSession;
import dev.hawser.ObservedCallback;
import dev.hawser.Setting;
import dev.hawser.internal.connection.ConnectionListener;
import dev.hawser.internal.connection.MessageLimits;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.SessionException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one session, from opening to end. Its connection calls it. It calls the endpoint, and lists the session
 * as long as it lives. Methods that are called in turns are called by one thread at a time.
 */
final class SessionLife implements ConnectionListener {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");

    /** The session, with the methods that its life needs. */
    interface Owner extends HawserSession {
        /** Called in the turn of onOpen, if onOpen has thrown: closes the session. */
        void failedToOpen();

        /** Called in the turn of onOpen, once onOpen has returned or thrown. */
        void opened();

        /** Sends the result of a message handler. */
        void reply(Object reply) throws IOException, EncodeException;
    }

    private final Owner session;
    private final SessionListing listing;
    private final MessageLimits limits;
    private final BoundEndpoint endpoint;
    private final EndpointErrors errors;
    private final ConnectionEvents events;
    /** For a client, whose connect waits for onOpen; null for a server, where nobody waits. */
    private final @Nullable CountDownLatch opened;

    private volatile boolean open = true;
    /** Whether onClose is about to be called, or was called. */
    private volatile boolean ending;
    /** Whether onClose was called; only touched in turns. */
    private boolean endTold;
    /** Whether observers know of the end. One action of the end runs at a time, and sees what the last one wrote. */
    private volatile boolean endObserved;

    SessionLife(
            Owner session,
            String id,
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            SessionListing listing,
            MessageLimits limits,
            ConnectionEvents events) {
        this.session = session;
        this.listing = listing;
        this.limits = limits;
        this.events = events;
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
        this.errors = new EndpointErrors(id, runtime.repeatedErrors(), endpoint, events);
    }

    /** Lists the session while it lives. */
    SessionListing listing() {
        return listing;
    }

    /** The session. */
    Owner session() {
        return session;
    }

    /** See {@link WebSocketSession#awaitOpened}. */
    boolean awaitOpened(long deadline) throws InterruptedException {
        boolean inTime = opened == null || opened.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        return inTime && (open || ending);
    }

    /** Whether onClose has not yet returned. Thread-safe. */
    boolean isOpen() {
        return open;
    }

    /** Whether onClose is about to be called, or was called. Thread-safe. */
    boolean isEnding() {
        return ending;
    }

    /** Called on any thread, if a SendHandler threw when onClose, the last callback, was already due. */
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
    public ConnectionEvents events() {
        return events;
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
        errors.opens();
        events.opened();
        Observers.@Nullable Begun begun = events.callbackBegins(ObservedCallback.OPEN);
        try {
            endpoint.onOpen();
            events.callbackReturned(ObservedCallback.OPEN, begun);
        } catch (Throwable e) {
            events.callbackReturned(ObservedCallback.OPEN, begun);
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
            if (errors.hasBegun() && !endTold) {
                Observers.@Nullable Begun begun = events.callbackBegins(ObservedCallback.CLOSE);
                try {
                    endTold = true;
                    endpoint.onClose(reason);
                    events.callbackReturned(ObservedCallback.CLOSE, begun);
                } catch (Throwable e) {
                    events.callbackReturned(ObservedCallback.CLOSE, begun);
                    errors.callbackFailed(e);
                }
            }
            logEnd(reason);
            tellEnd(reason.getCloseCode().getCode());
            endpoint.destroy();
        } finally {
            open = false;
            if (opened != null) {
                opened.countDown();
            }
            listing.ended();
        }
    }

    private void logEnd(CloseReason reason) {
        try {
            LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> "session " + session.getId() + " has ended: " + session.getCloseCause() + ", "
                            + reason.getCloseCode().getCode());
        } catch (Throwable e) {
            // there may be no memory for a log line
        }
    }

    /** Tells the observers once, on the thread that has claimed the end. */
    private void tellEnd(int closeCode) {
        if (!endObserved) {
            endObserved = true;
            CloseCause known = session.getCloseCause();
            CloseCause cause = known == null ? CloseCause.NOT_OPENED : known;
            listing.endedFor(cause);
            events.ended(cause, closeCode);
        }
    }

    @Override
    public void forget() {
        tellEnd(CloseReason.CloseCodes.CLOSED_ABNORMALLY.getCode());
        open = false;
        if (opened != null) {
            opened.countDown();
        }
        listing.forget();
        endpoint.destroy();
    }
}
