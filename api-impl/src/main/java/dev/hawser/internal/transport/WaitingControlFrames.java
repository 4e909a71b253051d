package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pings and pongs that wait for the next frame border, where they overtake data (RFC 6455 5.4). Holds nothing while
 * there are none. The lock of {@link OutboundQueue} guards it.
 */
final class WaitingControlFrames {
    /**
     * Pongs that wait at most; beyond, the oldest are dropped, as RFC 6455 5.5.3 allows, so that a flood of pings costs
     * no memory. Not just one, because peers do count: pings that arrive in one segment are answered each, although
     * they wait for the end of the same read.
     */
    private static final int OWED_PONGS = 16;

    private final Role role;
    private final FrameWriter writer;

    private @Nullable ByteBuffer frames;
    /** In the order of their pings; null if none, so that an idle connection holds none. */
    private @Nullable ArrayDeque<byte[]> owedPongs;
    /** The capacity of the buffers in the outstanding write. */
    private int taken;

    WaitingControlFrames(Role role, FrameWriter writer) {
        this.role = role;
        this.writer = writer;
    }

    boolean isEmpty() {
        return frames == null && owedPongs == null;
    }

    /** The memory of pings and unsolicited pongs that are not written yet, in bytes. */
    int heldBytes() {
        return taken + (frames == null ? 0 : frames.capacity());
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
    }

    void owePong(byte[] payload) {
        if (owedPongs == null) {
            owedPongs = new ArrayDeque<>();
        } else if (owedPongs.size() == OWED_PONGS) {
            owedPongs.remove();
        }
        owedPongs.add(payload);
    }

    /** Adds all that waits to a write. */
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

    /** The outstanding write has ended. */
    void giveBackTaken() {
        taken = 0;
    }

    /** Drops everything. */
    void clear() {
        frames = null;
        owedPongs = null;
        taken = 0;
    }
}
