package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.protocol.deflate.MessageDeflater;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of an application's extension. It runs on the sending thread, so each call restores the thread's
 * interrupt flag; otherwise the sender's wait for the network would fail, or the thread's next wait.
 */
record ApplicationEncoding(OutboundExtension half) implements OutboundExtension {
    /**
     * The half itself if it is permessage-deflate, which does not change the flag: an interrupt during its call is
     * meant for the sender.
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
