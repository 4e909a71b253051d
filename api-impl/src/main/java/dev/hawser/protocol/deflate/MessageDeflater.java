package dev.hawser.protocol.deflate;

import dev.hawser.protocol.InboundExtension;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.OutboundExtension;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of permessage-deflate (RFC 7692 7.2.1). A deflater is borrowed for the time of a message, and kept between messages only
 * where its own history must live on: context takeover in the full window.
 *
 * <p>java.util.zip cannot be told to use a smaller window than 32 KiB. To keep one, the input goes through in pieces: each to a deflater
 * that is as new and has been given, as its dictionary, so many of the octets before that these and the piece together are one window. No
 * back reference can then be longer than the window (docs/adr/006-window-bits.md). Not thread-safe.
 */
final class MessageDeflater implements OutboundExtension {
    /** The marker of a flush ends with 00 00 FF FF, which does not go on the wire at the end of a message (RFC 7692 7.2.1). */
    private static final int TAIL_LENGTH = 4;
    /** What is left of the marker: a message of nothing, and the end of one whose last fragment is empty (RFC 7692 7.2.3.6). */
    private static final byte[] EMPTY_BLOCK = {0};

    private static final byte[] NOTHING = new byte[0];

    /** What the bytes of a message depend on, besides the message, if there is no context takeover. */
    private record SharingKey(int level, int minSize, int windowBits) {}

    private final DeflateCodecs codecs;
    private final DeflatePolicy policy;
    private final boolean contextTakeover;
    private final int windowBits;
    /** What the peer's window holds, if that is a small one; null for the full window, where the deflater itself remembers. */
    private final @Nullable History history;

    /** Borrowed; null when there is no history of its own to keep. */
    private @Nullable Deflater deflater;
    /** Whether the current message is compressed. */
    private boolean compressing;

    /** What the current payload has come to, the first {@link #outCount} octets. */
    private byte[] out = NOTHING;

    private int outCount;

    MessageDeflater(DeflateCodecs codecs, DeflatePolicy policy, boolean contextTakeover, int windowBits) {
        this.codecs = codecs;
        this.policy = policy;
        this.contextTakeover = contextTakeover;
        this.windowBits = windowBits;
        this.history = windowBits == DeflateParameters.LARGEST_WINDOW ? null : new History(windowBits);
    }

    @Override
    public int rsv() {
        return InboundExtension.RSV1;
    }

    @Override
    public @Nullable Object sharingKey() {
        return contextTakeover ? null : new SharingKey(policy.level(), policy.minSize(), windowBits);
    }

    @Override
    public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        boolean first = opcode != Opcode.CONTINUATION;
        if (first) {
            compressing = !fin || length >= policy.minSize(); // what a message in fragments comes to, nobody knows yet
        }
        if (!compressing) {
            return new Encoded(0, payload, offset, length);
        }
        if (length > 0) {
            out = new byte[length / 2 + 64];
            deflate(payload, offset, length, fin);
        }
        byte[] bytes = out;
        int count = outCount;
        out = NOTHING;
        outCount = 0;
        if (fin) {
            messageEnds();
            if (count == 0) {
                bytes = EMPTY_BLOCK;
                count = 1;
            } else {
                count -= TAIL_LENGTH;
            }
            if (first && count >= length && !contextTakeover) {
                return new Encoded(0, payload, offset, length); // it does not compress, and no history waits for it
            }
        }
        return new Encoded(first ? InboundExtension.RSV1 : 0, bytes, 0, count);
    }

    private void deflate(byte[] payload, int offset, int length, boolean fin) {
        Deflater borrowed = deflater;
        if (borrowed == null) {
            borrowed = codecs.borrowDeflater(policy.level());
            deflater = borrowed;
        }
        if (history == null) {
            flush(borrowed, payload, offset, length);
            return;
        }
        int window = 1 << windowBits;
        int at = 0;
        while (at < length) {
            // the first piece of a message without history has the whole window, the others three quarters of it
            int piece = Math.min(length - at, history.size() == 0 ? window : window / 4 * 3);
            borrowed.reset();
            history.giveTo(borrowed, window - piece);
            flush(borrowed, payload, offset + at, piece);
            at += piece;
            if (at < length || !fin || contextTakeover) {
                history.append(payload, offset + at - piece, piece);
            }
        }
    }

    /** Puts a piece through, to the last bit: a sync flush ends at an octet border. */
    private void flush(Deflater borrowed, byte[] bytes, int offset, int length) {
        borrowed.setInput(bytes, offset, length);
        while (true) {
            int room = out.length - outCount;
            int count = borrowed.deflate(out, outCount, room, Deflater.SYNC_FLUSH);
            outCount += count;
            if (count < room) {
                return;
            }
            out = Arrays.copyOf(out, out.length * 2);
        }
    }

    private void messageEnds() {
        if (history != null && !contextTakeover) {
            history.clear();
        }
        if (history != null || !contextTakeover) {
            giveBack();
        }
    }

    private void giveBack() {
        Deflater borrowed = deflater;
        if (borrowed != null) {
            deflater = null;
            codecs.giveBack(borrowed, policy.level());
        }
    }

    @Override
    public void close() {
        giveBack();
    }
}
