package dev.hawser.internal.endpoint;

import org.jspecify.annotations.Nullable;

/** One message handler, bound to its endpoint instance and session: an annotated method or a MessageHandler. */
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

    /** How the handler takes messages; never changes. */
    Delivery delivery();

    /** The handler's own limit in bytes ({@code @OnMessage(maxMessageSize)}), or -1 if the session's limit applies. */
    long maxMessageSize();

    /**
     * Calls the handler with the payload, decoded if its parameter needs that.
     *
     * @param last whether this is the last part; true for whole messages and streams
     * @return the reply to send, or null for none
     * @throws Throwable what the decoder (a {@code DecodeException}) or the handler threw
     */
    @Nullable Object invoke(Object payload, boolean last) throws Throwable;
}
