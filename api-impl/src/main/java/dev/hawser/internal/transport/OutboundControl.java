package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.CloseCode;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts control frames into an {@link OutboundQueue}. They overtake waiting data frames at the next frame boundary (RFC
 * 6455 5.4), except the close frame, which follows all frames that were accepted before it. The caller flushes.
 * Thread-safe by the queue's lock.
 */
public final class OutboundControl {
    private final ReentrantLock lock;
    // Guarded by lock.
    private final OutboundFrames frames;
    private final FrameEncoding encoding;
    private final OutboundBounds bounds;
    private final OutboundEnd ending;
    private final PendingSends pending;
    private final ConnectionEvents events;

    /** @param lock the queue's lock */
    OutboundControl(
            ReentrantLock lock,
            OutboundFrames frames,
            FrameEncoding encoding,
            OutboundBounds bounds,
            OutboundEnd ending,
            PendingSends pending,
            ConnectionEvents events) {
        this.lock = lock;
        this.frames = frames;
        this.encoding = encoding;
        this.bounds = bounds;
        this.ending = ending;
        this.pending = pending;
        this.events = events;
    }

    /**
     * Accepts a ping or an unsolicited pong.
     *
     * @throws IOException if the queue is closing or has ended, or holds as many of them as it may
     */
    public void append(Opcode opcode, byte[] payload) throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            if (!bounds.admitControl()) {
                throw new IOException("the outbound queue is full of pings and pongs that the peer does not read");
            }
            frames.control().add(opcode, payload);
        } finally {
            lock.unlock();
        }
    }

    /** Accepts a pong in reply to a ping. If very many wait, only the latest are kept (RFC 6455 5.5.3). */
    public void owePong(byte[] payload) {
        lock.lock();
        try {
            if (ending.isFarOff()) {
                frames.control().owePong(payload);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts the close frame, which nothing may follow (RFC 6455 5.5.1).
     *
     * @param told is called when the frame was written or the queue has ended
     */
    public void appendClose(byte[] payload, PendingSend told) throws IOException {
        lock.lock();
        try {
            ending.throwIfEnded();
            ending.closing();
            frames.appendClose(payload);
            if (!events.off()) {
                int code = payload.length < 2 ? CloseCode.NO_STATUS : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
                events.controlSent(Opcode.CLOSE, payload, code);
            }
            encoding.close(); // no data frame follows, and the peer may take long to close
            pending.add(told, frames.accepted());
        } finally {
            lock.unlock();
        }
    }
}
