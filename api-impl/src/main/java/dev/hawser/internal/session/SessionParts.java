package dev.hawser.internal.session;

import dev.hawser.ObservedConnection;
import dev.hawser.Setting;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What a session is made of and what itself refers to the session, so that it is made after it. Its remotes and user
 * properties are made when they are asked for, since a session that only answers messages needs one of them, and one
 * that listens none. Thread-safe.
 */
final class SessionParts {
    private static final AtomicReferenceFieldUpdater<SessionParts, BasicRemote> BASIC =
            AtomicReferenceFieldUpdater.newUpdater(SessionParts.class, BasicRemote.class, "basicRemote");
    private static final AtomicReferenceFieldUpdater<SessionParts, AsyncRemote> ASYNC =
            AtomicReferenceFieldUpdater.newUpdater(SessionParts.class, AsyncRemote.class, "asyncRemote");

    private static final AtomicReferenceFieldUpdater<SessionParts, UserProperties> USER_PROPERTIES =
            AtomicReferenceFieldUpdater.newUpdater(SessionParts.class, UserProperties.class, "userProperties");

    private final SessionLife life;
    private final WebSocketConnection connection;
    /** Made through {@link #BASIC}. */
    private volatile @Nullable BasicRemote basicRemote;
    /** Made through {@link #ASYNC}. */
    private volatile @Nullable AsyncRemote asyncRemote;

    /** Null if there were none at first and nobody has asked for them. Made through {@link #USER_PROPERTIES}. */
    private volatile @Nullable UserProperties userProperties;

    private SessionParts(SessionLife life, WebSocketConnection connection) {
        this.life = life;
        this.connection = connection;
    }

    static SessionParts of(
            WebSocketSession session,
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            SessionLimits limits,
            Observers observers) {
        ConnectionEvents events = new ConnectionEvents(
                observers,
                new ObservedConnection(session.getId(), endpointName(handshake), handshake.role() == Role.CLIENT),
                handshake.settings().get(Setting.UNSAFE_LOG_PAYLOADS));
        SessionListing listing = new SessionListing(runtime, handshake, session);
        SessionLife life = new SessionLife(session, session.getId(), runtime, handshake, listing, limits, events);
        WebSocketConnection connection = WebSocketConnection.of(
                runtime.resources(), handshake.role(), handshake.settings(), handshake.frameExtensions(), life);
        SessionParts parts = new SessionParts(life, connection);
        UserProperties copied = UserProperties.copyOf(handshake.config());
        if (copied != null) {
            parts.askedTimeouts().initial(copied, handshake.settings());
            parts.userProperties = copied;
        }
        return parts;
    }

    /** Lists the session while it lives. */
    SessionListing listing() {
        return life.listing();
    }

    /** Calls the endpoint. */
    SessionLife life() {
        return life;
    }

    /** Carries the messages. */
    WebSocketConnection connection() {
        return connection;
    }

    UserProperties userProperties() {
        UserProperties made = userProperties;
        if (made == null) {
            UserProperties empty = new UserProperties(null);
            empty.tell(askedTimeouts()::changed);
            USER_PROPERTIES.compareAndSet(this, null, empty);
            made = Objects.requireNonNull(userProperties);
        }
        return made;
    }

    private AskedTimeouts askedTimeouts() {
        return new AskedTimeouts(connection.sender(), connection.timeouts());
    }

    BasicRemote basicRemote() {
        BasicRemote made = basicRemote;
        if (made == null) {
            BASIC.compareAndSet(
                    this,
                    null,
                    new BasicRemote(connection.sender(), life.endpoint().encoders()));
            made = Objects.requireNonNull(basicRemote);
        }
        return made;
    }

    AsyncRemote asyncRemote(WebSocketSession session) {
        AsyncRemote made = asyncRemote;
        if (made == null) {
            AsyncSendTimeout timeout = AsyncSendTimeout.initial(session.settings());
            ASYNC.compareAndSet(
                    this,
                    null,
                    new AsyncRemote(
                            session, connection.sender(), life.endpoint().encoders(), timeout));
            made = Objects.requireNonNull(asyncRemote);
        }
        return made;
    }

    private static String endpointName(EstablishedHandshake handshake) {
        return handshake.role() == Role.SERVER && handshake.config() instanceof ServerEndpointConfig server
                ? server.getPath()
                : handshake.plan().endpointClass().getName();
    }
}
