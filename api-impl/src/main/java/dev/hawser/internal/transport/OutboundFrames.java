package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Masking;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The encoded frames in order, as a chain of segments. Small frames and headers share pooled buffers; several segments
 * may each have a part of one. The payload of a big frame is its own segment, by reference, and so is a whole frame
 * that other queues have, too. Segments of the outstanding write stay at the head of the chain until they are given
 * back. Guarded by the lock of {@link OutboundQueue}.
 */
final class OutboundFrames {
    /** Payloads up to this size are copied behind their header, which is cheaper than another buffer in a write. */
    static final int COPY_LIMIT = 8 * 1024;

    /**
     * A write takes about this many bytes at most, so that control frames do not wait long, and heap buffers are not
     * copied again and again.
     */
    private static final int BATCH_BYTES = 256 * 1024;

    private static final int BATCH_SEGMENTS = 64;

    /** So many shared frames may wait by reference. Further ones are copied, since many buffers make a write slow. */
    private static final int MOST_REFERENCES = 8;

    /** The memory of a segment and its view of a buffer, without the bytes. */
    private static final int SEGMENT_BYTES = 96;

    private static final class Segment {
        final ByteBuffer bytes;
        /**
         * For frames or a header, the segment with the borrowed buffer itself, which may be this one. Null for a
         * payload and for a shared frame.
         */
        final @Nullable Segment lender;
        /** Whether it begins with a frame; it is then always taken whole. False for a payload. */
        final boolean border;
        /** How many segments of the chain use a part of this lender's buffer. */
        int shares;

        int messages;

        @Nullable Segment next;

        /** The first part of a borrowed buffer. */
        Segment(ByteBuffer borrowed) {
            this.bytes = borrowed;
            this.lender = this;
            this.border = true;
            this.shares = 1;
        }

        /** A further part of the lender's buffer, a payload, or a shared frame. */
        Segment(ByteBuffer bytes, @Nullable Segment lender, boolean border) {
            this.bytes = bytes;
            this.lender = lender;
            this.border = border;
        }
    }

    private final Role role;
    private final FrameWriter writer;
    private final BufferPool buffers;
    private @Nullable Segment head;
    private @Nullable Segment tail;
    /** The segment that still takes frames, in put mode; always the tail if there is one. */
    private @Nullable Segment open;
    /** The lender of the buffer with room for the next segment of frames, and the index where that room begins. */
    private @Nullable Segment current;

    private int filled;
    /** How many shared frames were linked by reference since the last write took all. */
    private int references;
    /** The last segment that the outstanding write takes to its end, or null. */
    private @Nullable Segment lastTaken;

    private final ConnectionEvents events;
    /** Null unless pings or pongs wait, or are in the outstanding write. */
    private @Nullable WaitingControlFrames control;

    private long accepted;
    private long taken;
    private long written;
    /** The memory of the chain: payloads, full pooled buffers, and the used part of the current one. */
    private long held;

    private int messages;

    OutboundFrames(Role role, FrameWriter writer, BufferPool buffers, ConnectionEvents events) {
        this.role = role;
        this.writer = writer;
        this.buffers = buffers;
        this.events = events;
    }

    /** What observers are told. */
    ConnectionEvents events() {
        return events;
    }

    /**
     * The bytes of all data and close frames that were accepted. Control frames overtake others, so they do not count
     * in positions.
     */
    long accepted() {
        return accepted;
    }

    /** The bytes of all data and close frames that were handed to the network. */
    long written() {
        return written;
    }

    /** Adds bytes that were handed to the network. */
    void written(long bytes) {
        written += bytes;
    }

    /** Whether all accepted data and close frames were written. */
    boolean isAllWritten() {
        return accepted == written;
    }

    /** The bytes of data and close frames in the outstanding write. */
    long taken() {
        return taken;
    }

    /**
     * The memory of accepted frames that were not yet given back, in bytes. A payload that others hold, too, counts in
     * full. Only the used part of the current pooled buffer counts, so that a queue with a small bound is not full
     * after its first frame.
     */
    long heldBytes() {
        return held + heldControlBytes();
    }

    /** The part that is pings and unsolicited pongs. May be called without the lock, if it need not be exact. */
    int heldControlBytes() {
        WaitingControlFrames waiting = control;
        return waiting == null ? 0 : waiting.heldBytes();
    }

    /** The unused part of the current pooled buffer. May be called without the lock, if it need not be exact. */
    int unusedBytes() {
        Segment lender = current;
        return lender == null ? 0 : lender.bytes.capacity() - filled;
    }

    /** The bytes of those payloads whose arrays are in {@code seen}; adds the other arrays to it. */
    @SuppressWarnings("ByteBufferBackingArray") // which array it is, and not what it has
    long payloadsIn(Set<Object> seen) {
        long bytes = 0;
        for (Segment segment = head; segment != null; segment = segment.next) {
            if (segment.lender == null && !seen.add(segment.bytes.array())) {
                bytes += segment.bytes.capacity();
            }
        }
        return bytes;
    }

    /** How many messages were accepted and not yet given back. */
    int messages() {
        return messages;
    }

    /** The pings and pongs, which are sent first. Called to add one: if it throws an OutOfMemoryError, none was. */
    WaitingControlFrames control() {
        if (control == null) {
            control = new WaitingControlFrames(role, writer, events);
        }
        return control;
    }

    boolean isEmpty() {
        return head == null && (control == null || control.isEmpty());
    }

    /** Appends a data frame. If it throws an OutOfMemoryError, nothing was appended. */
    void appendData(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        append(0, opcode, fin, payload, offset, length, length);
    }

    /** Appends a data frame with an encoded payload; an array of the extension counts as held in full. */
    void appendData(Opcode opcode, boolean fin, OutboundExtension.Encoded encoded, byte[] payload) {
        byte[] bytes = encoded.bytes();
        int heldArray = bytes == payload ? encoded.length() : bytes.length;
        append(encoded.rsv(), opcode, fin, bytes, encoded.offset(), encoded.length(), heldArray);
    }

    /**
     * Appends a whole message that goes to other queues, too. A server refers to its frame, unless a buffer is open
     * into which it can be copied, or many wait already.
     */
    void appendShared(Opcode opcode, SharedFrame frame) {
        if (role == Role.CLIENT || !frame.isWhole() || open != null || references >= MOST_REFERENCES) {
            append(frame.rsv, opcode, true, frame.bytes, frame.start, frame.length, frame.bytes.length);
            return;
        }
        Segment segment = new Segment(ByteBuffer.wrap(frame.bytes), null, true);
        link(segment);
        references++;
        held += frame.bytes.length;
        accepted += frame.bytes.length;
        segment.messages++;
        messages++;
    }

    void appendClose(byte[] payload) {
        append(0, Opcode.CLOSE, true, payload, 0, payload.length, payload.length);
    }

    /** @param heldArray how much of the array is held by a frame that refers to it */
    private void append(int rsv, Opcode opcode, boolean fin, byte[] payload, int offset, int length, int heldArray) {
        int header = FrameWriter.headerLength(role, length);
        Segment segment;
        if (length <= COPY_LIMIT) {
            segment = openSegment(header + length);
            writer.putFrame(segment.bytes, fin, rsv, opcode, payload, offset, length);
            held += header + length;
        } else {
            // Everything is allocated before the first octet of the header, because a header without its payload would
            // break the stream.
            // a copy, because masking must not change the application's array (RFC 6455 5.3)
            boolean masks = role == Role.CLIENT;
            byte[] wire = masks ? new byte[length] : payload;
            int start = masks ? 0 : offset;
            segment = new Segment(view(wire, start, length, masks ? length : heldArray), null, false);
            Segment before = openSegment(header);
            int key = writer.putHeader(before.bytes, fin, rsv, opcode, length);
            if (masks) {
                Masking.mask(payload, offset, wire, 0, length, key, 0);
            }
            seal();
            link(segment);
            held += header + segment.bytes.capacity();
        }
        accepted += header + (long) length;
        if (fin) {
            segment.messages++;
            messages++;
        }
    }

    /** The bytes as a buffer whose capacity is the memory that they hold: the array, or a slice of it. */
    private static ByteBuffer view(byte[] array, int offset, int length, int heldArray) {
        ByteBuffer bytes = ByteBuffer.wrap(array, offset, length);
        return heldArray == array.length ? bytes : bytes.slice();
    }

    /** The buffers of the next write. */
    ByteBuffer[] take() {
        seal();
        references = 0;
        Segment only = head;
        if (only != null && only.next == null && only.border && (control == null || control.isEmpty())) {
            taken = only.bytes.remaining();
            lastTaken = only;
            return new ByteBuffer[] {only.bytes}; // the usual case
        }
        List<ByteBuffer> batch = new ArrayList<>(4);
        taken = 0;
        Segment segment = head;
        while (segment != null && taken < BATCH_BYTES && batch.size() < BATCH_SEGMENTS) {
            if (segment.border && control != null) { // the last one is before the close frame
                control.takeInto(batch);
            }
            int room = (int) (BATCH_BYTES - taken);
            ByteBuffer bytes = segment.bytes;
            if (bytes.remaining() > room && !segment.border) {
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
        if (segment == null && control != null) {
            control.takeInto(batch);
        }
        return batch.toArray(new ByteBuffer[0]);
    }

    /**
     * Called when the outstanding write has ended: its segments leave the chain, and their buffers go back to the pool.
     */
    void giveBackTaken() {
        Segment last = lastTaken;
        lastTaken = null;
        if (control != null) {
            control.giveBackTaken();
            if (control.isEmpty()) {
                control = null;
            }
        }
        while (last != null && head != null) {
            Segment done = head;
            head = done.next;
            leave(done);
            if (done == last) {
                break;
            }
        }
        if (head == null) {
            tail = null;
        }
    }

    private void leave(Segment done) {
        messages -= done.messages;
        held -= SEGMENT_BYTES;
        Segment lender = done.lender;
        if (lender == null) {
            held -= done.bytes.capacity();
        } else if (--lender.shares == 0) {
            if (lender == current) {
                held -= filled;
                current = null;
            } else {
                held -= lender.bytes.capacity();
            }
            buffers.giveBack(lender.bytes);
        }
    }

    /** Drops everything. */
    void clear(boolean returnBuffers) {
        seal();
        if (returnBuffers) {
            for (Segment segment = head; segment != null; segment = segment.next) {
                leave(segment);
            }
        }
        head = null;
        tail = null;
        lastTaken = null;
        current = null;
        control = null;
        references = 0;
        messages = 0;
        held = 0;
    }

    /**
     * The segment for the next {@code size} bytes of frames: the open one, the next part of its buffer, or a new
     * buffer.
     */
    private Segment openSegment(int size) {
        Segment segment = open;
        if (segment != null && segment.bytes.remaining() >= size) {
            return segment;
        }
        seal();
        Segment lender = current;
        int room = lender == null ? 0 : lender.bytes.capacity() - filled;
        if (lender != null && room >= size) {
            segment = new Segment(
                    lender.bytes.duplicate().clear().position(filled).slice(), lender, true);
            lender.shares++;
        } else {
            segment = new Segment(buffers.borrowForWriting());
            held += room; // the rest of the old buffer stays unused
            current = segment;
            filled = 0;
        }
        link(segment);
        open = segment;
        return segment;
    }

    private void seal() {
        Segment sealed = open;
        if (sealed != null) {
            filled = sealed.bytes.arrayOffset() + sealed.bytes.position();
            sealed.bytes.flip();
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
        held += SEGMENT_BYTES;
    }
}
