package dev.hawser.internal.session;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.endpoint.MessageInvoker;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import jakarta.websocket.SessionException;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The session as the application sees it. Thread-safe. {@link #isOpen} is false within onClose; for other threads it is
 * true until that has returned, so that whoever waits for the end sees what onClose did. {@link #getOpenSessions}
 * leaves out a session as soon as it begins to close. Once onClose has returned its methods throw
 * IllegalStateException, as the javadoc of {@link Session} demands, but for those that identify or close it.
 */
public final class WebSocketSession implements RegisteredSession, ConnectionListener {
    private final WebSocketConnection connection;
    private final EstablishedHandshake handshake;
    private final SessionTimeouts timeouts;
    private final BoundEndpoint endpoint;
    private final EndpointErrors errors;
    private final MessageSender sender;
    private final BasicRemote basicRemote;
    private final AsyncRemote asyncRemote;
    private final String id;
    private final long openedAtMillis = System.currentTimeMillis();
    private final Map<String, Object> userProperties;
    /** For a client, whose connect waits for onOpen; a server has nobody who waits. */
    private final @Nullable CountDownLatch opened;

    private volatile int maxTextMessageSize;
    private volatile int maxBinaryMessageSize;
    private final AtClosing atClosing = new AtClosing();
    private volatile boolean open = true;
    /** Whether onClose is about to be called or has been. */
    private volatile boolean ending;
    /** Whether onOpen was called; only touched in turns. */
    private boolean begun;
    /** Whether onClose was called; only touched in turns. */
    private boolean endTold;
    /** Written by {@link HttpSessions}, under its guard. */
    private volatile @Nullable String httpSessionId;

    WebSocketSession(WebSocketConnection connection, EstablishedHandshake handshake, SessionTimeouts timeouts) {
        this.connection = connection;
        this.handshake = handshake;
        this.timeouts = timeouts;
        this.id = connection.runtime().nextSessionId();
        UserProperties properties = new UserProperties(handshake.config().getUserProperties());
        this.userProperties = properties;
        this.httpSessionId = handshake.httpSessionId();
        this.maxTextMessageSize = handshake.settings().get(Setting.MAX_TEXT_MESSAGE_SIZE);
        this.maxBinaryMessageSize = handshake.settings().get(Setting.MAX_BINARY_MESSAGE_SIZE);
        this.opened = handshake.role() == Role.CLIENT ? new CountDownLatch(1) : null;
        this.sender = new MessageSender(
                connection.runtime(),
                connection.outbound(),
                connection.end(),
                timeouts,
                connection.completedSends(),
                connection,
                handshake.settings());
        AskedTimeouts asked = new AskedTimeouts(sender, timeouts);
        asked.initial(properties, handshake.settings());
        properties.tell(asked::changed);
        this.endpoint = handshake
                .plan()
                .bind(
                        handshake.endpoint(),
                        handshake.components(),
                        this,
                        handshake.config(),
                        handshake.pathParameters(),
                        handshake.settings().get(Setting.DISPATCH) != Dispatch.EVENT_LOOP);
        this.errors = new EndpointErrors(id, connection.runtime().repeatedErrors(), endpoint, this::hasBegun);
        this.basicRemote = new BasicRemote(sender, endpoint.encoders());
        this.asyncRemote = new AsyncRemote(
                connection, sender, endpoint.encoders(), AsyncSendTimeout.initial(handshake.settings()));
    }

    /**
     * What a client's connect waits for: onOpen has returned. Returns false if the deadline has passed before, or if
     * the connection was closed before it opened, so that there was and will be no callback.
     *
     * @param deadline in the time of {@link System#nanoTime}
     */
    public boolean awaitOpened(long deadline) throws InterruptedException {
        boolean inTime = opened == null || opened.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        return inTime && (open || ending);
    }

    @Override
    public @Nullable String httpSessionId() {
        return httpSessionId;
    }

    /** The connection below. */
    public WebSocketConnection connection() {
        return connection;
    }

    /** What the session shares with others of its container. */
    public ContainerRuntime runtime() {
        return connection.runtime();
    }

    /** Who is told when the session begins to close. */
    public AtClosing atClosing() {
        return atClosing;
    }

    @Override
    public Instant getOpenedAt() {
        return Instant.ofEpochMilli(openedAtMillis);
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        Transport transport = connection.transport();
        return transport == null ? null : transport.remoteAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() {
        Transport transport = connection.transport();
        return transport == null ? null : transport.localAddress();
    }

    @Override
    public long getBufferedAmount() {
        return connection.outbound().bufferedBytes();
    }

    @Override
    public WebSocketContainer getContainer() {
        throwIfEnded();
        return connection.container();
    }

    @Override
    public void addMessageHandler(MessageHandler handler) {
        throwIfEnded();
        endpoint.addMessageHandler(handler);
    }

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Whole<T> handler) {
        throwIfEnded();
        endpoint.addMessageHandler(type, handler, true);
    }

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Partial<T> handler) {
        throwIfEnded();
        endpoint.addMessageHandler(type, handler, false);
    }

    @Override
    public Set<MessageHandler> getMessageHandlers() {
        throwIfEnded();
        return endpoint.messageHandlers();
    }

    @Override
    public void removeMessageHandler(MessageHandler handler) {
        throwIfEnded();
        endpoint.removeMessageHandler(handler);
    }

    @Override
    public String getProtocolVersion() {
        throwIfEnded();
        return "13";
    }

    @Override
    public String getNegotiatedSubprotocol() {
        throwIfEnded();
        return handshake.subprotocol();
    }

    @Override
    public List<Extension> getNegotiatedExtensions() {
        throwIfEnded();
        return handshake.extensions();
    }

    @Override
    public boolean isSecure() {
        throwIfEnded();
        return "wss".equalsIgnoreCase(handshake.requestUri().getScheme());
    }

    @Override
    public boolean isOpen() {
        return open && !(ending && connection.inTurn());
    }

    @Override
    public long getMaxIdleTimeout() {
        throwIfEnded();
        return timeouts.idleTimeoutMillis();
    }

    @Override
    public void setMaxIdleTimeout(long milliseconds) {
        throwIfEnded();
        timeouts.idleTimeout(milliseconds);
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    @Override
    public void setMaxBinaryMessageBufferSize(int length) {
        throwIfEnded();
        maxBinaryMessageSize = length > 0 ? length : handshake.settings().get(Setting.MAX_BINARY_MESSAGE_SIZE);
    }

    @Override
    public int getMaxBinaryMessageBufferSize() {
        throwIfEnded();
        return maxBinaryMessageSize;
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    @Override
    public void setMaxTextMessageBufferSize(int length) {
        throwIfEnded();
        maxTextMessageSize = length > 0 ? length : handshake.settings().get(Setting.MAX_TEXT_MESSAGE_SIZE);
    }

    @Override
    public int getMaxTextMessageBufferSize() {
        throwIfEnded();
        return maxTextMessageSize;
    }

    @Override
    public RemoteEndpoint.Async getAsyncRemote() {
        throwIfEnded();
        return asyncRemote;
    }

    @Override
    public RemoteEndpoint.Basic getBasicRemote() {
        throwIfEnded();
        return basicRemote;
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public void close() {
        close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, ""));
    }

    /**
     * Begins the closing handshake; it does not wait for the peer. Does nothing if it is closing or closed,
     * whatever the code. Messages that arrive before the peer's close frame are delivered, and onClose is last.
     *
     * @throws IllegalArgumentException for a code that must not be sent (RFC 6455 7.4), or a reason that is too long,
     *     if the session is open
     */
    @Override
    public void close(CloseReason reason) {
        if (open) {
            connection.closeByUs(reason);
        }
    }

    @Override
    public URI getRequestURI() {
        throwIfEnded();
        return handshake.requestUri();
    }

    /**
     * The parameters of the query only, as the API's javadoc says; those of the path are {@link #getPathParameters}.
     */
    @Override
    public Map<String, List<String>> getRequestParameterMap() {
        throwIfEnded();
        return RequestParameters.of(handshake.requestUri().getRawQuery());
    }

    @Override
    public @Nullable String getQueryString() {
        throwIfEnded();
        return handshake.requestUri().getRawQuery();
    }

    @Override
    public Map<String, String> getPathParameters() {
        throwIfEnded();
        return handshake.pathParameters();
    }

    @Override
    public Map<String, Object> getUserProperties() {
        throwIfEnded();
        return userProperties;
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        throwIfEnded();
        return handshake.principal();
    }

    @Override
    public Set<Session> getOpenSessions() {
        throwIfEnded();
        return connection.runtime().registry().openSessions(endpointKey());
    }

    @Override
    public String toString() {
        return "session " + id + " of " + endpoint.instance().getClass().getName() + (open ? "" : ", closed");
    }

    // ---- for the rest of the package ----

    @Override
    public void httpSessionId(String changed) {
        httpSessionId = changed;
    }

    @Override
    public boolean endsWithHttpSession() {
        return handshake.principal() != null || handshake.settings().get(Setting.CLOSE_WITH_ANONYMOUS_HTTP_SESSION);
    }

    @Override
    public BoundEndpoint endpoint() {
        return endpoint;
    }

    MessageSender sender() {
        return sender;
    }

    EndpointErrors errors() {
        return errors;
    }

    @Override
    public void reply(Object reply) throws IOException, EncodeException {
        basicRemote.reply(reply);
    }

    @Override
    public void callbackFailed(Throwable error) {
        errors.callbackFailed(error);
    }

    @Override
    public SessionException failure(@Nullable String message, Throwable cause) {
        return new SessionException(message, cause, this);
    }

    @Override
    public void connectionFailed(SessionException failure) {
        errors.connectionFailed(failure);
    }

    @Override
    public void httpSessionEnded() {
        connection.end().dismiss(CloseReason.CloseCodes.VIOLATED_POLICY, "the HTTP session has ended");
    }

    @Override
    public void closeAtStop(CloseReason reason) {
        connection.closeAtStop(reason);
    }

    @Override
    public void cut(String why) {
        connection.cut(why);
    }

    /** Sessions of the same server endpoint, or of the same client endpoint instance, belong together. */
    Object endpointKey() {
        return handshake.role() == Role.SERVER
                ? handshake.plan()
                : handshake.endpoint().object();
    }

    @Override
    public long maxMessageSize(Opcode kind, @Nullable MessageInvoker handler) {
        if (handler == null || handler.delivery() != Delivery.WHOLE) {
            long own = handler == null ? -1 : handler.maxMessageSize();
            return own > 0 ? own : handshake.settings().get(Setting.MAX_STREAMED_MESSAGE_SIZE);
        }
        long own = handler.maxMessageSize();
        return own > 0 ? own : maxWholeMessageSize(kind);
    }

    @Override
    public Duration streamReadTimeout() {
        return handshake.settings().get(Setting.STREAM_READ_TIMEOUT);
    }

    @Override
    public long maxWholeMessageSize(Opcode kind) {
        return kind == Opcode.TEXT ? maxTextMessageSize : maxBinaryMessageSize;
    }

    @Override
    public void open() {
        begun = true;
        try {
            endpoint.onOpen();
        } catch (Throwable e) {
            errors.callbackFailed(e);
            connection.end().dismiss(CloseReason.CloseCodes.UNEXPECTED_CONDITION, "the endpoint failed to open");
        } finally {
            if (opened != null) {
                opened.countDown();
            }
        }
        connection.opened();
    }

    @Override
    public void forget() {
        open = false;
        atClosing.closing();
        if (opened != null) {
            opened.countDown();
        }
        connection.runtime().registry().neverOpens(this);
        connection.runtime().registry().gone(this);
        endpoint.destroy();
    }

    @Override
    public void closing() {
        atClosing.closing();
        connection.runtime().registry().closing(endpointKey(), this);
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
            connection.runtime().registry().ended(this);
        }
    }

    /** Whether the endpoint was told of the session, so that it is told of its end, too. Asked in its turns. */
    boolean hasBegun() {
        return begun;
    }

    private void throwIfEnded() {
        if (!open) {
            throw new IllegalStateException("session " + id + " is closed");
        }
    }
}
