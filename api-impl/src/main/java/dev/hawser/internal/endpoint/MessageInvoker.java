package dev.hawser.internal.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * One message handler, bound to its endpoint instance and session: a method handle for an annotated method, a call for
 * a MessageHandler.
 */
public interface MessageInvoker {
    /** How the handler takes a message. */
    enum Delivery {
        /**
         * Whole: the payload is a {@code String} (text), an exact {@code byte[]} (binary), or a {@code PongMessage}.
         */
        WHOLE,
        /** In parts: the payload is a {@code String} or {@code byte[]} part with a flag for the last one. */
        PARTS,
        /**
         * As a stream: the payload is a {@code Reader} (text) or an {@code InputStream} (binary) that is read while the
         * message arrives.
         */
        STREAM
    }

    /** Fixed for the life of the handler. */
    Delivery delivery();

    /**
     * The handler's own limit in bytes ({@code @OnMessage(maxMessageSize)}), or -1 if it has none and the session's
     * applies.
     */
    long maxMessageSize();

    /**
     * Calls the handler with the payload, decoded first if its parameter asks for it.
     *
     * @param last whether this is the last part; true for whole messages and streams
     * @return what is to be sent back, or null for nothing
     * @throws Throwable what the decoder (a {@code DecodeException}) or the handler threw
     */
    @Nullable Object invoke(Object payload, boolean last) throws Throwable;
}
