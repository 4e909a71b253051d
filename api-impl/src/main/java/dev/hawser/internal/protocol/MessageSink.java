package dev.hawser.internal.protocol;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine delivers what it received. Calls come from the thread that calls {@link WebSocketProtocol#receive},
 * in the order of the wire. Arrays and strings that are handed over belong to the sink. The engine never writes: the
 * sink sends the pongs and the close frame that are due.
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
     * Whether parsing goes on; asked after each frame and after each part of an inflated one. If a sink has enough for
     * now and returns false, {@link WebSocketProtocol#receive} leaves the rest for a later call.
     */
    default boolean wantsMore() {
        return true;
    }

    /**
     * Called with the header of the first frame of each message, before anything is allocated. {@code kind} is TEXT or
     * BINARY.
     */
    Reception messageBegins(Opcode kind);

    /**
     * The most payload bytes a message of this kind may have, decoded by the extensions; asked after {@link
     * #messageBegins}.
     */
    long maxMessageSize(Opcode kind);

    /**
     * The header of a frame has come; whether it is allowed here is checked next.
     *
     * @return is shown the payload as it comes, unmasked and still encoded, and must not change it; null if nobody
     *     looks
     */
    default @Nullable Consumer<ByteBuffer> onFrame(Opcode opcode, boolean fin, int rsv, long length) {
        return null;
    }

    /**
     * A message has come to its end; the call that delivers its last octets follows. Must not throw.
     *
     * @param size its octets, decoded
     */
    default void onMessageEnd(Opcode kind, long size) {}

    /** A whole text message. */
    void onText(String message);

    /** A whole binary message; the array holds exactly the message. */
    void onBinary(byte[] message);

    /** A part of a text message; the last one may be empty. */
    void onTextPart(String part, boolean last);

    /** A part of a binary message; the last one may be empty. */
    void onBinaryPart(byte[] part, boolean last);

    /** A ping: the sink answers with a pong of the same payload, unless a newer ping comes first (RFC 6455 5.5.3). */
    void onPing(byte[] payload);

    /** A pong, whether it answers a ping or not. */
    void onPong(byte[] payload);

    /**
     * The peer's close frame: 1005 and an empty reason if it had no payload. Called at most once; nothing follows it.
     */
    void onClose(int code, String reason);

    /** The peer broke a rule: the sink fails the connection. Called at most once; nothing follows it. */
    void onViolation(RemoteProtocolException violation);
}
