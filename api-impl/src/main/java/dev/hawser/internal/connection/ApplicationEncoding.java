package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.protocol.deflate.MessageDeflater;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of an extension of the application. It runs on the thread of whoever sends, so after each call that
 * thread's interrupt flag is what it was before: else the sender's own wait for the network would fail, and the
 * thread's next one.
 */
record ApplicationEncoding(OutboundExtension half) implements OutboundExtension {
    /**
     * The half itself if it is permessage-deflate, which leaves the flag alone: an interrupt that comes meanwhile is
     * the sender's.
     */
    static OutboundExtension of(OutboundExtension half) {
        return half instanceof MessageDeflater ? half : new ApplicationEncoding(half);
    }

    @Override
    public int rsv() {
        return half.rsv();
    }

    @Override
    public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            return half.encode(opcode, fin, payload, offset, length);
        } finally {
            InterruptFlag.restore(interrupted);
        }
    }

    @Override
    public @Nullable Object sharingKey() {
        return half.sharingKey();
    }

    @Override
    public void close() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            half.close();
        } finally {
            InterruptFlag.restore(interrupted);
        }
    }
}
