package dev.hawser.internal.session;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.observe.Observers;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.net.URI;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session for the application. Thread-safe. {@link #isOpen} is false inside onClose. For other threads it is true
 * until onClose has returned, so that a thread that waits for the end sees what onClose did. {@link #getOpenSessions}
 * leaves out a session as soon as it begins to close. After onClose has returned, the methods throw
 * IllegalStateException, as the javadoc of {@link Session} demands, except those that identify or close the session.
 */
public final class WebSocketSession implements RegisteredSession, SessionLife.Owner, HandlerCompletion.Sender {
    private final ContainerRuntime runtime;
    /** Null for the runtime's own container. */
    private final @Nullable Supplier<? extends WebSocketContainer> container;

    private final AgreedHandshake handshake;
    private final SessionLimits limits;
    private final String id;
    private final long openedAtMillis = System.currentTimeMillis();
    /** Written once, before anybody else knows the session. */
    private @Nullable SessionParts parts;
    /** Written by {@link HttpSessions}, with its lock held. */
    private volatile @Nullable String httpSessionId;

    private WebSocketSession(
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            @Nullable Supplier<? extends WebSocketContainer> container) {
        this.runtime = runtime;
        this.container = container;
        this.handshake = AgreedHandshake.of(handshake);
        this.limits = new SessionLimits(handshake.settings());
        this.id = runtime.nextSessionId();
        this.httpSessionId = handshake.httpSessionId();
    }

    /** A session of the runtime's own container. */
    public static WebSocketSession of(ContainerRuntime runtime, EstablishedHandshake handshake) {
        return of(runtime, handshake, null, runtime.observers());
    }

    /**
     * A session of one of several containers that share a runtime.
     *
     * @param container null for the runtime's own
     */
    public static WebSocketSession of(
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            @Nullable Supplier<? extends WebSocketContainer> container,
            Observers observers) {
        WebSocketSession session = new WebSocketSession(runtime, handshake, container);
        session.parts = SessionParts.of(session, runtime, handshake, session.limits, observers);
        // An application may hand its session to another thread without synchronization, which sees it complete.
        VarHandle.releaseFence();
        return session;
    }

    private SessionParts parts() {
        if (parts == null) {
            throw new IllegalStateException("the session is not yet complete");
        }
        return parts;
    }

    private SessionLife life() {
        return parts().life();
    }

    /**
     * Waits until onOpen has returned, for a client's connect. Returns false if the deadline has passed before, or if
     * the connection was closed before it opened, so that no callback was or will be called.
     *
     * @param deadline in the time of {@link System#nanoTime}
     */
    public boolean awaitOpened(long deadline) throws InterruptedException {
        return life().awaitOpened(deadline);
    }

    @Override
    public @Nullable String httpSessionId() {
        return httpSessionId;
    }

    /** The connection of the session. */
    public WebSocketConnection connection() {
        return parts().connection();
    }

    /** What the session shares with the other sessions of its container. */
    public ContainerRuntime runtime() {
        return runtime;
    }

    /** The settings of its endpoint. */
    public Settings settings() {
        return handshake.settings();
    }

    /** Gives this place back when the session has gone. Called before the session is known to other threads. */
    public void occupies(SessionPlace place) {
        parts().listing().occupies(place);
    }

    /** The listener for the beginning of the close. */
    public AtClosing atClosing() {
        return parts().listing().atClosing();
    }

    @Override
    public @Nullable CloseCause getCloseCause() {
        return connection().closeCause();
    }

    @Override
    public Instant getOpenedAt() {
        return Instant.ofEpochMilli(openedAtMillis);
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        return connection().remoteAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() {
        return connection().localAddress();
    }

    @Override
    public long getBufferedAmount() {
        return connection().outbound().progress().bufferedBytes();
    }

    @Override
    public WebSocketContainer getContainer() {
        throwIfEnded();
        return container == null ? runtime.container() : container.get();
    }

    @Override
    public void addMessageHandler(MessageHandler handler) {
        open().life().endpoint().addMessageHandler(handler);
    }

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Whole<T> handler) {
        open().life().endpoint().addMessageHandler(type, handler, true);
    }

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Partial<T> handler) {
        open().life().endpoint().addMessageHandler(type, handler, false);
    }

    @Override
    public Set<MessageHandler> getMessageHandlers() {
        return open().life().endpoint().messageHandlers();
    }

    @Override
    public void removeMessageHandler(MessageHandler handler) {
        open().life().endpoint().removeMessageHandler(handler);
    }

    @Override
    public String getProtocolVersion() {
        throwIfEnded();
        return "13";
    }

    @Override
    public String getNegotiatedSubprotocol() {
        return openHandshake().subprotocol();
    }

    @Override
    public List<Extension> getNegotiatedExtensions() {
        return openHandshake().extensions();
    }

    @Override
    public boolean isSecure() {
        return "wss".equalsIgnoreCase(openHandshake().requestUri().uri().getScheme());
    }

    @Override
    public boolean isOpen() {
        return life().isOpen() && !(life().isEnding() && connection().inTurn());
    }

    @Override
    public long getMaxIdleTimeout() {
        return open().connection().timeouts().idleTimeoutMillis();
    }

    @Override
    public void setMaxIdleTimeout(long milliseconds) {
        open().connection().timeouts().idleTimeout(milliseconds);
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    @Override
    public void setMaxBinaryMessageBufferSize(int length) {
        throwIfEnded();
        limits.maxBinary(length);
    }

    @Override
    public int getMaxBinaryMessageBufferSize() {
        throwIfEnded();
        return limits.maxBinary();
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    @Override
    public void setMaxTextMessageBufferSize(int length) {
        throwIfEnded();
        limits.maxText(length);
    }

    @Override
    public int getMaxTextMessageBufferSize() {
        throwIfEnded();
        return limits.maxText();
    }

    @Override
    public RemoteEndpoint.Async getAsyncRemote() {
        return open().asyncRemote(this);
    }

    @Override
    public RemoteEndpoint.Basic getBasicRemote() {
        return open().basicRemote();
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public void close() {
        close(new CloseReason(CloseCodes.NORMAL_CLOSURE, ""));
    }

    /**
     * Begins the closing handshake, and does not wait for the peer. Does nothing if the session is closing or closed,
     * whatever the code is. Messages that arrive before the peer's close frame are still delivered; onClose is the last
     * callback.
     *
     * @throws IllegalArgumentException for a code that must not be sent (RFC 6455 7.4), or a reason that is too long,
     *     if the session is open
     */
    @Override
    public void close(CloseReason reason) {
        if (life().isOpen()) {
            connection().closeByUs(reason);
        }
    }

    @Override
    public URI getRequestURI() {
        return openHandshake().requestUri().uri();
    }

    /**
     * Only the parameters of the query, as the API's javadoc says; {@link #getPathParameters} has those of the path.
     */
    @Override
    public Map<String, List<String>> getRequestParameterMap() {
        return RequestParameters.of(openHandshake().requestUri().uri().getRawQuery());
    }

    @Override
    public @Nullable String getQueryString() {
        return openHandshake().requestUri().uri().getRawQuery();
    }

    @Override
    public Map<String, String> getPathParameters() {
        return openHandshake().pathParameters();
    }

    @Override
    public Map<String, Object> getUserProperties() {
        return open().userProperties();
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return openHandshake().principal();
    }

    @Override
    public Set<Session> getOpenSessions() {
        return open().listing().openSessions();
    }

    @Override
    public String toString() {
        return "session " + id + " of " + endpoint().instance().getClass().getName()
                + (life().isOpen() ? "" : ", closed");
    }

    @Override
    public WebSocketSession session() {
        return this;
    }

    @Override
    public void handlerFailed(Throwable error) {
        if (!connection().handlerFailed(error)) {
            life().handlerFailedAfterTheEnd(error);
        }
    }

    @Override
    public void httpSessionId(String changed) {
        httpSessionId = changed;
    }

    @Override
    public boolean endsWithHttpSession() {
        return handshake.principal() != null || handshake.settings().get(Setting.CLOSE_WITH_ANONYMOUS_HTTP_SESSION);
    }

    BoundEndpoint endpoint() {
        return life().endpoint();
    }

    @Override
    public void failedToOpen() {
        connection().dismiss(CloseCodes.UNEXPECTED_CONDITION, "the endpoint failed to open", CloseCause.OPENING_FAILED);
    }

    @Override
    public void opened() {
        connection().opened();
    }

    @Override
    public void reply(Object reply) throws IOException, EncodeException {
        parts().basicRemote().reply(reply);
    }

    @Override
    public void httpSessionEnded() {
        connection().dismiss(CloseCodes.VIOLATED_POLICY, "the HTTP session has ended", CloseCause.HTTP_SESSION_ENDED);
    }

    @Override
    public void closeAtStop(CloseReason reason) {
        connection().closeAtStop(reason);
    }

    @Override
    public void cut(String why, CloseCause cause) {
        connection().cut(why, cause);
    }

    private SessionParts open() {
        throwIfEnded();
        return parts();
    }

    private AgreedHandshake openHandshake() {
        throwIfEnded();
        return handshake;
    }

    private void throwIfEnded() {
        if (!life().isOpen()) {
            throw new IllegalStateException("session " + id + " is closed");
        }
    }
}
