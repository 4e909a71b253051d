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
 * <p>java.util.zip cannot be told to use a smaller window than 32 KiB. A message without history that is no longer than the window goes through
 * it all the same: no back reference can be longer than the message. All others go through a deflater of our own
 * (docs/adr/006-window-bits.md). Not thread-safe.
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
    /** Borrowed for the rest of the current message; null if it does not need it. */
    private @Nullable SmallWindowDeflater smallWindow;
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
            if (history == null || first && fin && history.size() == 0 && length <= 1 << windowBits) {
                flush(payload, offset, length);
            } else {
                flushSmallWindow(history, payload, offset, length);
            }
            if (history != null && contextTakeover) {
                history.append(payload, offset, length);
            }
        }
        byte[] bytes = out;
        int count = outCount;
        out = NOTHING;
        outCount = 0;
        if (fin) {
            if (history != null || !contextTakeover) {
                giveBack();
            }
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

    /** Puts a piece through, to the last bit: a sync flush ends at an octet border. */
    private void flush(byte[] bytes, int offset, int length) {
        Deflater borrowed = deflater;
        if (borrowed == null) {
            borrowed = codecs.borrowDeflater(policy.level());
            deflater = borrowed;
        }
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

    private void flushSmallWindow(History before, byte[] bytes, int offset, int length) {
        SmallWindowDeflater borrowed = smallWindow;
        if (borrowed == null) {
            borrowed = codecs.borrowSmallWindow();
            borrowed.begin(windowBits, DeflateCodecs.effective(policy.level()), before);
            smallWindow = borrowed;
        }
        BitOutput bits = new BitOutput(out);
        borrowed.deflate(bytes, offset, length, bits);
        out = bits.bytes();
        outCount = bits.count();
    }

    private void giveBack() {
        Deflater borrowed = deflater;
        if (borrowed != null) {
            deflater = null;
            codecs.giveBack(borrowed, policy.level());
        }
        SmallWindowDeflater small = smallWindow;
        if (small != null) {
            smallWindow = null;
            codecs.giveBack(small);
        }
    }

    @Override
    public void close() {
        giveBack();
    }
}
