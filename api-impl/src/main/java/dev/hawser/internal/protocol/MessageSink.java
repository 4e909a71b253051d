package dev.hawser.internal.protocol;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;

/**
 * Where the engine delivers what it received. Calls come from the thread that calls {@link WebSocketProtocol#receive},
 * in the order of the wire. Arrays and strings handed over belong to the sink. The engine never writes: a pong or a
 * close that is owed is the sink's to send.
 */
public interface MessageSink {
    /** How the sink takes the message that begins. */
    enum Reception {
        /** As one String or byte[]. */
        WHOLE,
        /** In parts, as they arrive; parts of a text are cut between code points. */
        PARTS,
        /** Not at all: the connection fails with 1003. */
        REFUSED
    }

    /**
     * Whether parsing goes on, asked after each frame and each part of an inflated one: a sink that has enough for now
     * says false, and {@link WebSocketProtocol#receive} leaves the rest for a later call.
     */
    default boolean wantsMore() {
        return true;
    }

    /**
     * Asked on the header of the first frame of each message, before anything is allocated. {@code kind} is TEXT or
     * BINARY.
     */
    Reception messageBegins(Opcode kind);

    /** The most payload bytes a message of this kind may have, after extensions; asked with {@link #messageBegins}. */
    long maxMessageSize(Opcode kind);

    /** A whole text message. */
    void onText(String message);

    /** A whole binary message; the array holds exactly the message. */
    void onBinary(byte[] message);

    /** A part of a text message; the last one may be empty. */
    void onTextPart(String part, boolean last);

    /** A part of a binary message; the last one may be empty. */
    void onBinaryPart(byte[] part, boolean last);

    /** A ping: a pong with the same payload is owed, unless a newer ping comes first (RFC 6455 5.5.3). */
    void onPing(byte[] payload);

    /** A pong, solicited or not. */
    void onPong(byte[] payload);

    /**
     * The peer's close frame: 1005 and an empty reason if it had no payload. Called at most once; nothing follows it.
     */
    void onClose(int code, String reason);

    /** The peer broke a rule: the connection is to be failed. Called at most once; nothing follows it. */
    void onViolation(RemoteProtocolException violation);
}
