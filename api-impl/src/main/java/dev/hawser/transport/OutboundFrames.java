package dev.hawser.transport;

import dev.hawser.protocol.FrameWriter;
import dev.hawser.protocol.Masking;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.OutboundExtension;
import dev.hawser.protocol.Role;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded frames in order: a chain of segments. Small frames share a pooled buffer; the payload of a big one is a segment of its own, by
 * reference. What a write has taken stays at the head of the chain until it is given back. Not thread-safe: the lock of {@link
 * OutboundQueue} guards it.
 */
final class OutboundFrames {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");

    /** Payloads up to this size are copied behind their header, which is cheaper than one more buffer in a write. */
    static final int COPY_LIMIT = 8 * 1024;

    /** A write takes about this many bytes at most, so that control frames get their turn and heap buffers are not copied over and over. */
    private static final int BATCH_BYTES = 256 * 1024;

    private static final int BATCH_SEGMENTS = 64;

    /**
     * Pongs that wait at most; beyond, the oldest are dropped, as RFC 6455 5.5.3 allows, so that a flood of pings costs no memory. Not just
     * one, because peers do count: pings that arrive in one segment are answered each, although they wait for the end of the same read.
     */
    private static final int OWED_PONGS = 16;

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
    /** What data frames pass through; null if nothing was negotiated, or once it has been closed. */
    private @Nullable OutboundExtension extension;
    /** Whether the extension is on the stack, so that it is not closed under its feet. */
    private boolean encoding;
    /** Whether it is to be closed once it is off the stack. */
    private boolean closeOwed;

    private @Nullable Segment head;
    private @Nullable Segment tail;
    /** The segment that still takes frames, in put mode; always the tail if there is one. */
    private @Nullable Segment open;
    /** The last segment of the outstanding write, and how many bytes of it that write does not take. */
    private @Nullable Segment lastTaken;

    private @Nullable ByteBuffer control;
    /** In the order of their pings; null if none, so that an idle connection holds none. */
    private @Nullable ArrayDeque<byte[]> owedPongs;

    private long accepted;
    private long taken;
    private int messages;

    /** @param extension owned from here on */
    OutboundFrames(Role role, FrameWriter writer, BufferPool buffers, @Nullable OutboundExtension extension) {
        this.extension = extension;
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
        return head == null && control == null && owedPongs == null;
    }

    /** @throws IllegalStateException if it is the extension itself, called by {@link #appendData}, that would send */
    void refuseWhileEncoding() {
        if (encoding) {
            throw new IllegalStateException("An extension must not send while it encodes a frame");
        }
    }

    /** Appends a data frame, through the extension. If that throws, nothing is appended, and what the peer would expect next is unknown. */
    void appendData(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        OutboundExtension through = extension;
        if (through == null) {
            append(0, opcode, fin, payload, offset, length);
            return;
        }
        encoding = true;
        OutboundExtension.Encoded encoded;
        try {
            encoded = through.encode(opcode, fin, payload, offset, length);
        } finally {
            encoding = false;
            if (closeOwed) {
                closeExtension();
            }
        }
        append(encoded.rsv(), opcode, fin, encoded.bytes(), encoded.offset(), encoded.length());
    }

    void appendClose(byte[] payload) {
        append(0, Opcode.CLOSE, true, payload, 0, payload.length);
    }

    /** Gives back what the extension owns. Once; more calls have no effect. */
    void closeExtension() {
        if (encoding) {
            closeOwed = true;
            return;
        }
        OutboundExtension closing = extension;
        extension = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (RuntimeException e) { // an application's extension; the sends that wait must end all the same
                LOGGER.log(System.Logger.Level.WARNING, "An extension could not be closed", e);
            }
        }
    }

    private void append(int rsv, Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        int header = FrameWriter.headerLength(role, length);
        Segment segment;
        if (length <= COPY_LIMIT) {
            segment = openSegment(header + length);
            writer.putFrame(segment.bytes, fin, rsv, opcode, payload, offset, length);
        } else {
            Segment first = openSegment(header);
            int key = writer.putHeader(first.bytes, fin, rsv, opcode, length);
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
        if (owedPongs == null) {
            owedPongs = new ArrayDeque<>();
        } else if (owedPongs.size() == OWED_PONGS) {
            owedPongs.remove();
        }
        owedPongs.add(payload);
    }

    /** The buffers of the next write. */
    ByteBuffer[] take() {
        seal();
        Segment only = head;
        if (only != null && only.next == null && only.pooled && control == null && owedPongs == null) {
            taken = only.bytes.remaining();
            lastTaken = only;
            return new ByteBuffer[] {only.bytes}; // the usual case
        }
        List<ByteBuffer> batch = new ArrayList<>(4);
        taken = 0;
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
        owedPongs = null;
        messages = 0;
    }

    private void takeControl(List<ByteBuffer> batch) {
        if (owedPongs != null) {
            owedPongs.forEach(payload -> control(Opcode.PONG, payload));
            owedPongs = null;
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
