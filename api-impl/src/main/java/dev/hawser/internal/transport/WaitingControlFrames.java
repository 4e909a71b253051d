package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pings and pongs that wait for the next frame border, where they overtake data (RFC 6455 5.4). Holds no memory
 * while there are none. Guarded by the lock of {@link OutboundQueue}.
 */
final class WaitingControlFrames {
    /**
     * The most pongs that wait. If there are more, the oldest are dropped, as RFC 6455 5.5.3 allows, so that a flood of
     * pings costs no memory. It is more than one, because some peers count: each of several pings in one segment is
     * answered, although their pongs wait for the end of the same read.
     */
    private static final int OWED_PONGS = 16;

    private final Role role;
    private final FrameWriter writer;
    private final ConnectionEvents events;

    private @Nullable ByteBuffer frames;
    /** The pongs in the order of their pings; null if there are none, so that an idle connection holds no memory. */
    private @Nullable ArrayDeque<byte[]> owedPongs;
    /** The capacity of the buffers in the outstanding write. */
    private int taken;

    WaitingControlFrames(Role role, FrameWriter writer, ConnectionEvents events) {
        this.role = role;
        this.writer = writer;
        this.events = events;
    }

    boolean isEmpty() {
        return frames == null && owedPongs == null;
    }

    /** The memory of pings and unsolicited pongs that are not yet written, in bytes. */
    int heldBytes() {
        ByteBuffer waiting = frames; // any thread may call this, without the lock, if it need not be exact
        return taken + (waiting == null ? 0 : waiting.capacity());
    }

    void add(Opcode opcode, byte[] payload) {
        int size = FrameWriter.headerLength(role, payload.length) + payload.length;
        ByteBuffer buffer = frames;
        if (buffer == null) {
            buffer = ByteBuffer.allocate(Math.max(size, 32));
        } else if (buffer.remaining() < size) {
            buffer = ByteBuffer.allocate(buffer.capacity() * 2 + size).put(buffer.flip());
        }
        frames = buffer;
        writer.putFrame(buffer, true, 0, opcode, payload, 0, payload.length);
        if (!events.off()) {
            events.controlSent(opcode, payload, 0);
        }
    }

    void owePong(byte[] payload) {
        if (owedPongs == null) {
            owedPongs = new ArrayDeque<>();
        } else if (owedPongs.size() == OWED_PONGS) {
            owedPongs.remove();
        }
        owedPongs.add(payload);
    }

    /** Adds all waiting frames to a write. */
    void takeInto(List<ByteBuffer> batch) {
        if (owedPongs != null) {
            owedPongs.forEach(payload -> add(Opcode.PONG, payload));
            owedPongs = null;
        }
        if (frames != null) {
            taken += frames.capacity();
            batch.add(frames.flip());
            frames = null;
        }
    }

    /** Called when the outstanding write has ended. */
    void giveBackTaken() {
        taken = 0;
    }
}
