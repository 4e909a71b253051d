package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Encoders;
import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint instance joined to one session: what the session calls. Made by {@link EndpointPlan#bind}. Its callbacks
 * are called one at a time, with the application's class loader as context loader; they throw what the application's
 * code threw.
 */
public interface BoundEndpoint {
    /** The application's endpoint object. */
    Object instance();

    /**
     * Whether the endpoint is an annotated class, whose handlers are all known, and not a
     * {@code jakarta.websocket.Endpoint}.
     */
    boolean isAnnotated();

    /** Whether {@link #onOpen} would call anything. */
    boolean hasOnOpen();

    void onOpen() throws Throwable;

    void onClose(CloseReason reason) throws Throwable;

    /** Returns false if the endpoint has no error handler, so that the caller logs the error. */
    boolean onError(Throwable error) throws Throwable;

    /** The handler of text messages, annotated or added; null if there is none. */
    @Nullable MessageInvoker text();

    /** The handler of binary messages; null if there is none. */
    @Nullable MessageInvoker binary();

    /** The handler of pongs; null if there is none. */
    @Nullable MessageInvoker pong();

    /**
     * Adds a handler for messages of {@code type}. Thread-safe.
     *
     * @param whole whether the handler is a {@code MessageHandler.Whole}, otherwise it is a
     *     {@code MessageHandler.Partial}
     * @throws IllegalStateException if there is a handler of the same native message kind already, or if it reads a
     *     stream and the endpoint was bound to a thread that may not block
     * @throws IllegalArgumentException if no decoder makes {@code type}
     */
    void addMessageHandler(Class<?> type, MessageHandler handler, boolean whole);

    /**
     * Resolves the type from the handler's generic interfaces, then as
     * {@link #addMessageHandler(Class, MessageHandler, boolean)}.
     */
    void addMessageHandler(MessageHandler handler);

    /** Takes a handler off again; unknown ones are ignored. */
    void removeMessageHandler(MessageHandler handler);

    /** The handlers added or annotated, as {@code Session.getMessageHandlers} shows them. */
    Set<MessageHandler> messageHandlers();

    /** The session's encoders. */
    Encoders encoders();

    /**
     * Destroys the encoders and decoders that were made, and gives the endpoint object back; called once, after
     * onClose, or when there will be no session. Any number of times. Errors are logged.
     */
    void destroy();
}
