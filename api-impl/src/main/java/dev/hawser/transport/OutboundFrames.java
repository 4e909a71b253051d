package dev.hawser.transport;

import dev.hawser.protocol.FrameWriter;
import dev.hawser.protocol.Masking;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.Role;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded frames in order: a chain of segments. Small frames share a pooled buffer; the payload of a big one is a segment of its own, by
 * reference. What a write has taken stays at the head of the chain until it is given back. Not thread-safe: the lock of {@link
 * OutboundQueue} guards it.
 */
final class OutboundFrames {
    /** Payloads up to this size are copied behind their header, which is cheaper than one more buffer in a write. */
    static final int COPY_LIMIT = 8 * 1024;

    /** A write takes about this many bytes at most, so that control frames get their turn and heap buffers are not copied over and over. */
    private static final int BATCH_BYTES = 256 * 1024;

    private static final int BATCH_SEGMENTS = 64;

    private static final class Segment {
        final ByteBuffer bytes;
        /** Whether the bytes are frames in a borrowed buffer: then they begin with a frame and are always taken whole. */
        final boolean pooled;

        int messages;

        @Nullable Segment next;

        Segment(ByteBuffer bytes, boolean pooled) {
            this.bytes = bytes;
            this.pooled = pooled;
        }
    }

    private final Role role;
    private final FrameWriter writer;
    private final BufferPool buffers;

    private @Nullable Segment head;
    private @Nullable Segment tail;
    /** The segment that still takes frames, in put mode; always the tail if there is one. */
    private @Nullable Segment open;
    /** The last segment of the outstanding write, and how many bytes of it that write does not take. */
    private @Nullable Segment lastTaken;

    private @Nullable ByteBuffer control;
    private byte @Nullable [] owedPong;
    private long accepted;
    private long taken;
    private int messages;

    OutboundFrames(Role role, FrameWriter writer, BufferPool buffers) {
        this.role = role;
        this.writer = writer;
        this.buffers = buffers;
    }

    /** All bytes of data and close frames ever accepted. Control frames overtake, so they have no part in positions. */
    long accepted() {
        return accepted;
    }

    /** The bytes of data and close frames in the outstanding write. */
    long taken() {
        return taken;
    }

    /** Messages accepted and not yet given back. */
    int messages() {
        return messages;
    }

    boolean isEmpty() {
        return head == null && control == null && owedPong == null;
    }

    void append(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        int header = FrameWriter.headerLength(role, length);
        Segment segment;
        if (length <= COPY_LIMIT) {
            segment = openSegment(header + length);
            writer.putFrame(segment.bytes, fin, 0, opcode, payload, offset, length);
        } else {
            Segment first = openSegment(header);
            int key = writer.putHeader(first.bytes, fin, 0, opcode, length);
            segment = new Segment(payloadBuffer(payload, offset, length, key), false);
            seal();
            link(segment);
        }
        accepted += header + (long) length;
        if (fin) {
            segment.messages++;
            messages++;
        }
    }

    /** The bytes of pings and unsolicited pongs that wait. */
    int controlBytes() {
        return control == null ? 0 : control.position();
    }

    /** Pings and unsolicited pongs gather in a buffer of their own and go first. */
    void control(Opcode opcode, byte[] payload) {
        int size = FrameWriter.headerLength(role, payload.length) + payload.length;
        if (control == null) {
            control = ByteBuffer.allocate(Math.max(size, 32));
        } else if (control.remaining() < size) {
            control = ByteBuffer.allocate(control.capacity() * 2 + size).put(control.flip());
        }
        writer.putFrame(control, true, 0, opcode, payload, 0, payload.length);
    }

    void owePong(byte[] payload) {
        owedPong = payload;
    }

    /** The buffers of the next write. */
    ByteBuffer[] take() {
        List<ByteBuffer> batch = new ArrayList<>(2);
        taken = 0;
        seal();
        Segment segment = head;
        while (segment != null && taken < BATCH_BYTES && batch.size() < BATCH_SEGMENTS) {
            if (segment.pooled) { // a frame border; at the latest the one before the close frame
                takeControl(batch);
            }
            int room = (int) (BATCH_BYTES - taken);
            ByteBuffer bytes = segment.bytes;
            if (bytes.remaining() > room && !segment.pooled) {
                ByteBuffer part = bytes.duplicate();
                part.limit(part.position() + room);
                bytes.position(bytes.position() + room);
                batch.add(part);
                taken += room;
                break;
            }
            batch.add(bytes);
            taken += bytes.remaining();
            lastTaken = segment;
            segment = segment.next;
        }
        if (segment == null) {
            takeControl(batch);
        }
        return batch.toArray(new ByteBuffer[0]);
    }

    /** The outstanding write has ended: its segments leave the chain and their buffers go back to the pool. */
    void giveBackTaken() {
        Segment last = lastTaken;
        lastTaken = null;
        while (last != null && head != null) {
            Segment done = head;
            head = done.next;
            messages -= done.messages;
            if (done.pooled) {
                buffers.giveBack(done.bytes);
            }
            if (done == last) {
                break;
            }
        }
        if (head == null) {
            tail = null;
        }
    }

    /** Drops everything. */
    void clear(boolean returnBuffers) {
        for (Segment segment = head; segment != null; segment = segment.next) {
            if (segment.pooled && returnBuffers) {
                buffers.giveBack(segment.bytes);
            }
        }
        head = null;
        tail = null;
        open = null;
        lastTaken = null;
        control = null;
        owedPong = null;
        messages = 0;
    }

    private void takeControl(List<ByteBuffer> batch) {
        byte[] pong = owedPong;
        if (pong != null) {
            owedPong = null;
            control(Opcode.PONG, pong);
        }
        if (control != null) {
            batch.add(control.flip());
            control = null;
        }
    }

    private Segment openSegment(int size) {
        Segment segment = open;
        if (segment != null && segment.bytes.remaining() >= size) {
            return segment;
        }
        seal();
        segment = new Segment(buffers.borrowForWriting(), true);
        link(segment);
        open = segment;
        return segment;
    }

    private void seal() {
        if (open != null) {
            open.bytes.flip();
            open = null;
        }
    }

    private void link(Segment segment) {
        if (tail == null) {
            head = segment;
        } else {
            tail.next = segment;
        }
        tail = segment;
    }

    /** A client masks a copy: the application's array is not ours to change (RFC 6455 5.3). */
    private ByteBuffer payloadBuffer(byte[] payload, int offset, int length, int key) {
        if (role == Role.SERVER) {
            return ByteBuffer.wrap(payload, offset, length);
        }
        byte[] masked = new byte[length];
        Masking.mask(payload, offset, masked, 0, length, key, 0);
        return ByteBuffer.wrap(masked);
    }
}
