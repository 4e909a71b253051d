package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of data frames: checks which frame may follow which (RFC 6455 5.4), how big a message may be, and
 * strict UTF-8 (8.1), and gives messages whole, or delivers them in parts. A text that is complete in the receive
 * buffer, the usual case, is decoded there without a copy. What only messages in pieces need is made for the first one,
 * because most sessions never get any.
 *
 * <p>The sink is called last, when the state is ready for the next message, so an exception that it throws does no harm
 * here. Not thread-safe.
 */
final class MessageAssembler {
    private static final byte[] NOTHING = new byte[0];
    /** The most bytes decoded at a time for a message that is delivered in parts. */
    private static final int DECODED_PIECE = 8192;
    /** The encoded payload of a message may be this many times its size limit; no reasonable encoding comes near. */
    private static final int ENCODED_FACTOR = 8;

    private final FrameReader frame;
    private final ProtocolLimits limits;
    private final @Nullable InboundExtension extension;
    private final MessageSink sink;
    /** For texts in pieces; null before the first one. */
    private @Nullable TextDecoder text;
    /** For messages that are collected; null before the first one. Volatile, because other threads ask for its size. */
    private volatile @Nullable MessageBuffer buffer;

    /** TEXT or BINARY while a message has begun and not ended, else null. */
    private @Nullable Opcode kind;

    private boolean isText;
    private boolean inParts;
    /** The most octets that the message may have, decoded. */
    private long limit;
    /** Decoded octets of the message so far; a frame that is not encoded counts as declared, from its header on. */
    private long size;
    /** Octets of the message's encoded frames so far, as their headers declare them. */
    private long encodedSize;

    private int fragments;
    private int emptyFragments;
    /** Whether the current frame's payload goes through the extension. */
    private boolean encoded;
    /** How many messages were completed. */
    private long ended;
    /** Octets that this call of {@link WebSocketProtocol#receive} may still decode: other connections have a turn. */
    private int allowance;
    /** Whether decoding stopped before the end of what was taken of the current frame's payload. */
    private boolean suspended;
    /** How many octets of that payload the extension has not yet taken; they are already unmasked. */
    private int undecoded;
    /** Why that payload cannot be decoded to its end; thrown once what was decoded before has been checked. */
    private @Nullable RemoteProtocolException broken;

    MessageAssembler(FrameReader frame, ProtocolLimits limits, @Nullable InboundExtension extension, MessageSink sink) {
        this.frame = frame;
        this.limits = limits;
        this.extension = extension;
        this.sink = sink;
    }

    /** Checks, on the header alone, whether the frame is allowed here. */
    void frameBegins() throws RemoteProtocolException {
        Opcode opcode = frame.opcode();
        if (opcode != Opcode.CONTINUATION) {
            messageBegins(opcode);
        } else if (kind == null) {
            throw FrameReader.violation("continuation frame, but no message to continue (RFC 6455 5.4)");
        }
        countFragment();
        encoded = extension != null && extension.frameBegins(opcode, frame.rsv(), frame.fin());
        if (encoded) {
            encodedSize = add(encodedSize, frame.length());
            if (encodedSize / ENCODED_FACTOR > limit) {
                throw tooBig(" of " + encodedSize + " encoded bytes exceeds the limit of " + limit + " decoded ones");
            }
        } else {
            long declared = add(size, frame.length());
            if (declared > limit) {
                throw tooBig(
                        " of " + (frame.fin() ? "" : "at least ") + declared + " bytes exceeds the limit of " + limit);
            }
            size = declared;
        }
    }

    private void messageBegins(Opcode opcode) throws RemoteProtocolException {
        if (kind != null) {
            throw FrameReader.violation(opcode.word() + " frame inside a fragmented " + kind.word()
                    + " message; expected a continuation frame (RFC 6455 5.4)");
        }
        MessageSink.Reception reception = sink.messageBegins(opcode);
        if (reception == MessageSink.Reception.REFUSED) {
            throw new RemoteProtocolException(
                    CloseCode.UNACCEPTABLE, opcode.word() + " messages are not taken here (RFC 6455 7.4.1)");
        }
        kind = opcode;
        isText = opcode == Opcode.TEXT;
        inParts = reception == MessageSink.Reception.PARTS;
        limit = inParts
                ? sink.maxMessageSize(opcode)
                : Math.min(sink.maxMessageSize(opcode), MessageBuffer.LONGEST - 1);
        size = 0;
        encodedSize = 0;
        fragments = 0;
        emptyFragments = 0;
    }

    private void countFragment() throws RemoteProtocolException {
        if (++fragments > limits.maxFragments()) {
            throw new RemoteProtocolException(
                    CloseCode.POLICY, name() + " of more than " + limits.maxFragments() + " fragments");
        }
        if (frame.length() == 0 && !frame.fin() && ++emptyFragments > limits.maxEmptyFragments()) {
            throw new RemoteProtocolException(
                    CloseCode.POLICY, name() + " of more than " + limits.maxEmptyFragments() + " empty fragments");
        }
    }

    /** Whether a message has begun and not ended. */
    boolean isMidMessage() {
        return kind != null;
    }

    /** Sets how many octets may be decoded before {@link #goesOnAfter} returns false. */
    void allow(int octets) {
        allowance = octets;
    }

    /** Whether parsing goes on after work that counts as {@code work} octets. */
    boolean goesOnAfter(int work) {
        allowance -= work;
        return allowance > 0 && sink.wantsMore();
    }

    /**
     * Whether a payload is decoded only in part, so that {@link #payload} must be called again before anything else is
     * parsed.
     */
    boolean isSuspended() {
        return suspended;
    }

    long ended() {
        return ended;
    }

    /** Octets of the message so far, or of the last one when none has begun. */
    long size() {
        return size;
    }

    /**
     * Takes what has arrived of the current frame's payload, and delivers the part that it completes.
     *
     * @return the message that is now complete, a String or a byte[], which the caller delivers; null if there is none,
     *     or if messages are delivered in parts
     */
    @Nullable Object payload(ByteBuffer unread) throws RemoteProtocolException {
        if (encoded) {
            return decode(unread);
        }
        if (inParts) {
            deliverPart(unread);
            return null;
        }
        if (fragments == 1 && frame.fin() && frame.isWholeIn(unread)) {
            // The usual case: the message is one frame, and all of it has arrived.
            Object message = isText ? TextDecoder.whole(frame, unread) : frame.takeAll(unread);
            messageEnds();
            return message;
        }
        return append(unread);
    }

    private @Nullable Object append(ByteBuffer unread) throws RemoteProtocolException {
        MessageBuffer collected = buffer();
        // made before any octet is taken: if there is no memory for it, none goes unchecked
        TextDecoder strict = isText ? text() : null;
        int before = collected.count();
        collected.append(frame, unread, frame.available(unread), size, limit);
        if (strict != null) {
            strict.check(collected.bytes(), before, collected.count());
        }
        return frame.isOver() && frame.fin() ? takeBuffer() : null;
    }

    private Object takeBuffer() throws RemoteProtocolException {
        if (isText) {
            text().finish();
        }
        Object message = isText ? buffer().takeText() : buffer().takeBytes();
        messageEnds();
        return message;
    }

    private void deliverPart(ByteBuffer unread) throws RemoteProtocolException {
        int available = frame.available(unread);
        int carried = isText ? text().carried() : 0;
        byte[] octets = available == 0 && carried == 0 ? NOTHING : new byte[carried + available];
        frame.take(unread, octets, carried, available);
        deliverPart(octets, carried, octets.length, frame.isOver() && frame.fin());
    }

    /**
     * Delivers octets up to {@code to}. The room before {@code fresh} is for the octets carried over from the part
     * before.
     */
    private void deliverPart(byte[] octets, int fresh, int to, boolean last) throws RemoteProtocolException {
        if (isText) {
            TextDecoder strict = text();
            strict.giveCarryTo(octets);
            String part = strict.part(octets, fresh, to);
            if (last) {
                strict.finish();
                messageEnds();
            }
            if (last || !part.isEmpty()) {
                sink.onTextPart(part, last);
            }
            return;
        }
        if (last) {
            messageEnds();
        }
        if (last || to > 0) {
            sink.onBinaryPart(to == octets.length ? octets : Arrays.copyOf(octets, to), last);
        }
    }

    /**
     * Passes what has arrived of the payload through the extension, one bounded piece at a time, from where the last
     * call stopped. Returns as {@link #payload}.
     */
    private @Nullable Object decode(ByteBuffer unread) throws RemoteProtocolException {
        if (!suspended) {
            undecoded = frame.available(unread);
            frame.takeInPlace(unread, undecoded);
        }
        boolean resumed = suspended;
        suspended = false;
        boolean done;
        int bufferLimit = unread.limit();
        unread.limit(unread.position() + undecoded);
        try {
            done = inParts ? decodeParts(unread, resumed) : decodeWhole(unread);
            undecoded = unread.remaining();
        } finally {
            unread.limit(bufferLimit);
        }
        suspended = !done;
        return done && !inParts && frame.isOver() && frame.fin() ? takeBuffer() : null;
    }

    /** Returns whether the payload is decoded to its end. */
    private boolean decodeWhole(ByteBuffer payload) throws RemoteProtocolException {
        MessageBuffer collected = buffer();
        TextDecoder strict = isText ? text() : null;
        boolean done;
        do {
            int before = collected.count();
            // one octet more than the limit: it tells a message of exactly the limit from a bigger one
            int most = (int) limit + 1;
            // the room depends on what has arrived, not on the length in the header, which costs the peer nothing
            ByteBuffer room = collected.room(most, (int) Math.min(4L * payload.remaining() + 64, 1 << 20));
            room.limit(Math.min(Math.min(room.limit(), most), before + WebSocketProtocol.WORK));
            done = decode(payload, room);
            collected.decoded(room);
            int within = (int) Math.min(collected.count(), limit);
            if (strict != null) {
                strict.check(collected.bytes(), before, within); // only the octets within the limit
            }
            countDecoded(collected.count() - before);
            throwIfBroken();
            allowance -= collected.count() - before;
        } while (!done && allowance > 0);
        return done;
    }

    /**
     * Returns whether the payload is decoded to its end.
     *
     * @param resumed whether an earlier call stopped within this payload, so that more than a piece is known to follow
     */
    private boolean decodeParts(ByteBuffer payload, boolean resumed) throws RemoteProtocolException {
        boolean done;
        // frames of an octet each must not cost a big piece each
        int piece = resumed ? DECODED_PIECE : (int) Math.min(DECODED_PIECE, 8L * payload.remaining() + 64);
        do {
            int carried = isText ? text().carried() : 0;
            ByteBuffer room = ByteBuffer.wrap(new byte[piece]).position(carried);
            room.limit((int) Math.min(piece, carried + limit - size + 1)); // as above
            piece = DECODED_PIECE;
            done = decode(payload, room);
            int decoded = room.position() - carried;
            int within = (int) Math.min(decoded, limit - size);
            if (within < decoded) {
                deliverPart(room.array(), carried, carried + within, false); // the octets within the limit
            }
            countDecoded(decoded);
            boolean last = done && broken == null && frame.isOver() && frame.fin();
            deliverPart(room.array(), carried, room.position(), last);
            throwIfBroken();
        } while (!done && goesOnAfter(DECODED_PIECE));
        return done;
    }

    /**
     * Returns whether the payload is decoded to its end, which is also true where it cannot be decoded any further.
     * What was decoded before that point is checked first, because the peer is told its first violation; then {@link
     * #throwIfBroken} throws.
     */
    private boolean decode(ByteBuffer payload, ByteBuffer room) {
        try {
            return Objects.requireNonNull(extension).decode(payload, frame.isOver(), room);
        } catch (RemoteProtocolException e) {
            broken = e;
            return true;
        }
    }

    private void throwIfBroken() throws RemoteProtocolException {
        if (broken != null) {
            throw broken;
        }
    }

    private void countDecoded(int octets) throws RemoteProtocolException {
        size += octets;
        if (size > limit) {
            throw tooBig(" exceeds the limit of " + limit + " bytes when decoded");
        }
    }

    /** The memory of what is collected. Any thread may call this; the result may be a moment old. */
    int heldBytes() {
        MessageBuffer collected = buffer;
        return collected == null ? 0 : collected.heldBytes();
    }

    private MessageBuffer buffer() {
        MessageBuffer collected = buffer;
        if (collected == null) {
            collected = new MessageBuffer();
            buffer = collected;
        }
        return collected;
    }

    private TextDecoder text() {
        TextDecoder strict = text;
        if (strict == null) {
            strict = new TextDecoder();
            text = strict;
        }
        return strict;
    }

    private void messageEnds() {
        sink.onMessageEnd(isText ? Opcode.TEXT : Opcode.BINARY, size);
        kind = null;
        ended++;
    }

    /** Forgets a message that will never be complete. */
    void discard() {
        buffer = null;
        text = null;
        kind = null;
        suspended = false;
    }

    private static long add(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private String name() {
        return (isText ? Opcode.TEXT : Opcode.BINARY).word() + " message";
    }

    private RemoteProtocolException tooBig(String rest) {
        return new RemoteProtocolException(CloseCode.TOO_BIG, name() + rest);
    }
}
