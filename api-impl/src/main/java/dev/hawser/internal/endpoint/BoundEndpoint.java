package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Encoders;
import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint instance bound to one session, for the session to call. Made by {@link EndpointPlan#bind}. Callbacks
 * must be called one at a time, with the application's class loader as context class loader; they throw what the
 * application's code throws.
 */
public interface BoundEndpoint {
    /** The application's endpoint object. */
    Object instance();

    /**
     * Whether the endpoint is an annotated class and not a {@code jakarta.websocket.Endpoint}, so that all handlers are
     * known.
     */
    boolean isAnnotated();

    /** Whether {@link #onOpen} does anything. */
    boolean hasOnOpen();

    void onOpen() throws Throwable;

    void onClose(CloseReason reason) throws Throwable;

    /** Whether the endpoint has an error handler. */
    boolean hasOnError();

    /** Returns false if the endpoint has no error handler, so that the caller logs the error. */
    boolean onError(Throwable error) throws Throwable;

    /**
     * Whether there is a handler of such messages, annotated or added. Unlike {@link #text}, {@link #binary} and {@link
     * #pong} this makes none, so that a session can be opened without any.
     */
    boolean takes(MessageKind kind);

    /** The handler of text messages, annotated or added; null if there is none. */
    @Nullable MessageInvoker text();

    /** The handler of binary messages; null if there is none. */
    @Nullable MessageInvoker binary();

    /** The handler of pongs; null if there is none. */
    @Nullable MessageInvoker pong();

    /**
     * Adds a handler for messages of {@code type}. Thread-safe.
     *
     * @param whole whether the handler is a {@code MessageHandler.Whole}, otherwise it is a {@code
     *     MessageHandler.Partial}
     * @throws IllegalStateException if there is already a handler for the same native kind of message, or if the
     *     handler reads a stream and the endpoint's callbacks may not block
     * @throws IllegalArgumentException if no decoder makes {@code type}
     */
    void addMessageHandler(Class<?> type, MessageHandler handler, boolean whole);

    /**
     * Like {@link #addMessageHandler(Class, MessageHandler, boolean)}, with the type from the handler's generic
     * interfaces.
     */
    void addMessageHandler(MessageHandler handler);

    /** Removes a handler; unknown ones are ignored. */
    void removeMessageHandler(MessageHandler handler);

    /** The added handlers, for {@code Session.getMessageHandlers}. */
    Set<MessageHandler> messageHandlers();

    /** The session's encoders. */
    Encoders encoders();

    /**
     * Destroys the encoders and decoders, and releases the endpoint object. To be called after onClose, or if there
     * will be no session; further calls do nothing. Exceptions are logged.
     */
    void destroy();
}
