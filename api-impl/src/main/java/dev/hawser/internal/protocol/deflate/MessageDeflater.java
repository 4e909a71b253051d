package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.HeldMemory;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of permessage-deflate (RFC 7692 7.2.1). A deflater is borrowed for the time of a message, and kept
 * between messages only where its history must live on: with context takeover.
 *
 * <p>java.util.zip has a fixed window of 32 KiB, and is slow where many connections with takeover take turns. So it is
 * used without takeover, if the window is 32 KiB or the message is not longer than the window, since no back reference
 * can reach beyond the message. It is also used with takeover and a window of 32 KiB from level 7 on, where it searches
 * more thoroughly than {@link WindowDeflater}. All else is {@link WindowDeflater}'s (docs/adr/006-window-bits.md). Not
 * thread-safe.
 */
public final class MessageDeflater implements OutboundExtension, HeldMemory {
    /** The native memory of a deflater. */
    private static final int DEFLATER_BYTES = 256 * 1024;

    /**
     * The length of 00 00 FF FF, with which a flush ends, and which is cut off at the end of a message (RFC 7692
     * 7.2.1).
     */
    private static final int TAIL_LENGTH = 4;
    /**
     * What is left of a flush of nothing: the payload of an empty message, or of an empty last fragment (RFC 7692
     * 7.2.3.6).
     */
    private static final byte[] EMPTY_BLOCK = {0};

    private static final byte[] NOTHING = new byte[0];
    /**
     * Results of more bytes than this may be queued in their array without a copy, so they must not waste much of it.
     */
    private static final int KEPT = 4 * 1024;
    /** From this level on a small result matters more than its cost. */
    private static final int THOROUGH = 7;

    private final DeflateCodecs codecs;
    private final DeflatePolicy policy;
    private final boolean contextTakeover;
    private final int windowBits;
    private final int level;

    /**
     * Borrowed until the end of the current message, or of the connection with context takeover; null if not needed. At
     * most one of the two is not null.
     */
    private @Nullable Deflater deflater;

    private @Nullable WindowDeflater windowDeflater;
    /** Whether the current message is compressed. */
    private boolean compressing;

    /** The compressed payload: the first {@link #outCount} octets. */
    private byte[] out = NOTHING;

    private int outCount;

    MessageDeflater(DeflateCodecs codecs, DeflatePolicy policy, boolean contextTakeover, int windowBits) {
        this.codecs = codecs;
        this.policy = policy;
        this.contextTakeover = contextTakeover;
        this.windowBits = windowBits;
        this.level = DeflateCodecs.effective(policy.level());
    }

    @Override
    public long heldBytes() {
        WindowDeflater ofWindow = windowDeflater;
        return (deflater == null ? 0 : DEFLATER_BYTES) + (ofWindow == null ? 0 : ofWindow.heldBytes());
    }

    @Override
    public long heldForMessage() {
        return 0; // of a message of the peer
    }

    @Override
    public int rsv() {
        return InboundExtension.RSV1;
    }

    /**
     * What the compressed bytes depend on apart from the message; null with context takeover. It is a list and not a
     * record, because the JDK keeps the record class whose generated equals was linked last, and with it an undeployed
     * application.
     */
    @Override
    public @Nullable Object sharingKey() {
        return contextTakeover ? null : List.of(DeflateParameters.NAME, policy.level(), policy.minSize(), windowBits);
    }

    @Override
    public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        boolean first = opcode != Opcode.CONTINUATION;
        if (first) {
            compressing = !fin || length >= policy.minSize(); // the size of a fragmented message is not known yet
        }
        if (!compressing) {
            return new Encoded(0, payload, offset, length);
        }
        if (length > 0) {
            out = new byte[length / 2 + 64];
            if (isForZlib(first && fin, length)) {
                flush(payload, offset, length);
            } else {
                flushInWindow(payload, offset, length);
            }
        }
        byte[] bytes = out.length - outCount > outCount / 8 && outCount > KEPT ? Arrays.copyOf(out, outCount) : out;
        int count = outCount;
        out = NOTHING;
        outCount = 0;
        if (fin) {
            if (!contextTakeover) {
                giveBack();
            }
            if (count == 0) {
                bytes = EMPTY_BLOCK;
                count = 1;
            } else {
                count -= TAIL_LENGTH;
            }
            if (first && count >= length && !contextTakeover) {
                return new Encoded(0, payload, offset, length); // it does not compress, and no history needs it
            }
        }
        return new Encoded(first ? InboundExtension.RSV1 : 0, bytes, 0, count);
    }

    private boolean isForZlib(boolean whole, int length) {
        if (windowBits == DeflateParameters.LARGEST_WINDOW) {
            return !contextTakeover || level >= THOROUGH;
        }
        return !contextTakeover && whole && length <= 1 << windowBits;
    }

    /** Compresses all of a piece; a sync flush makes the output end at an octet border. */
    private void flush(byte[] bytes, int offset, int length) {
        Deflater borrowed = deflater;
        if (borrowed == null) {
            borrowed = codecs.borrowDeflater(level);
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

    private void flushInWindow(byte[] bytes, int offset, int length) {
        WindowDeflater borrowed = windowDeflater;
        if (borrowed == null) {
            borrowed = codecs.borrowWindowDeflater();
            borrowed.begin(windowBits, level);
            windowDeflater = borrowed;
        }
        BitOutput bits = new BitOutput(out);
        DeflateBlock block = codecs.borrowBlock();
        borrowed.deflate(bytes, offset, length, block, bits);
        codecs.giveBack(block);
        out = bits.bytes();
        outCount = bits.count();
    }

    private void giveBack() {
        Deflater borrowed = deflater;
        if (borrowed != null) {
            deflater = null;
            codecs.giveBack(borrowed, level);
        }
        WindowDeflater ofWindow = windowDeflater;
        if (ofWindow != null) {
            windowDeflater = null;
            codecs.giveBack(ofWindow);
        }
    }

    @Override
    public void close() {
        giveBack();
    }
}
