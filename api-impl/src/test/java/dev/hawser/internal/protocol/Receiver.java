package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.extension.InboundExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs an engine over wire bytes in every way they may arrive, and demands that the outcome is the same. */
public final class Receiver {
    private final Role role;
    private ProtocolLimits limits = new ProtocolLimits(1024, 1 << 20);
    private Supplier<List<InboundExtension>> extensions = List::of;
    private Consumer<RecordingSink> setUp = sink -> {};

    private Receiver(Role role) {
        this.role = role;
    }

    public static Receiver as(Role role) {
        return new Receiver(role);
    }

    public Receiver with(ProtocolLimits other) {
        limits = other;
        return this;
    }

    public Receiver with(Supplier<List<InboundExtension>> negotiated) {
        extensions = negotiated;
        return this;
    }

    public Receiver taking(Consumer<RecordingSink> sinkSetUp) {
        setUp = sinkSetUp;
        return this;
    }

    /** Whole, octet by octet, cut in two everywhere, in heap and direct buffers; messages whole and in parts. */
    public List<String> everyWay(byte[]... wire) {
        byte[] bytes = Wire.join(wire);
        List<String> expected = inPieces(bytes, bytes.length);
        assertEquals(expected, inPieces(bytes, 1), "octet by octet");
        for (int cut = 1; cut < Math.min(bytes.length, 300); cut++) {
            assertEquals(expected, cutAt(bytes, cut), "cut at " + cut);
        }
        assertEquals(expected, run(List.of(Wire.direct(bytes))).events, "from a direct buffer");
        Consumer<RecordingSink> whole = setUp;
        setUp = whole.andThen(sink -> {
            if (sink.reception == MessageSink.Reception.WHOLE) {
                sink.reception = MessageSink.Reception.PARTS;
            }
        });
        assertEquals(expected, inPieces(bytes, bytes.length), "in parts");
        assertEquals(expected, inPieces(bytes, 1), "in parts, octet by octet");
        assertEquals(expected, run(List.of(Wire.direct(bytes))).events, "in parts, from a direct buffer");
        setUp = whole;
        return expected;
    }

    public List<String> inPieces(byte[] bytes, int size) {
        return piecesOf(bytes, size).events;
    }

    public RecordingSink piecesOf(byte[] bytes, int size) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size))));
        }
        return run(pieces);
    }

    private List<String> cutAt(byte[] bytes, int cut) {
        return run(List.of(
                        ByteBuffer.wrap(Arrays.copyOf(bytes, cut)),
                        Wire.direct(Arrays.copyOfRange(bytes, cut, bytes.length))))
                .events;
    }

    /** The same bytes in a buffer of their own, and nothing any more where they were. */
    private static ByteBuffer elsewhere(ByteBuffer bytes) {
        ByteBuffer copy = bytes.isDirect()
                ? ByteBuffer.allocateDirect(bytes.remaining())
                : ByteBuffer.allocate(bytes.remaining());
        for (int at = bytes.position(); at < bytes.limit(); at++) {
            copy.put(bytes.get(at));
            bytes.put(at, (byte) 0xEE);
        }
        bytes.position(0).limit(bytes.capacity());
        return copy.flip();
    }

    /** Feeds the pieces as a transport does: what the engine leaves is kept in front of what comes next. */
    public RecordingSink run(List<ByteBuffer> pieces) {
        RecordingSink sink = new RecordingSink();
        setUp.accept(sink);
        WebSocketProtocol engine = new WebSocketProtocol(role, limits, extensions.get(), sink);
        ByteBuffer left = ByteBuffer.allocate(0);
        for (ByteBuffer piece : pieces) {
            int capacity = left.remaining() + piece.remaining();
            ByteBuffer unread = (piece.isDirect()
                            ? ByteBuffer.allocateDirect(capacity + 3)
                            : ByteBuffer.allocate(capacity + 3))
                    .order(ByteOrder.LITTLE_ENDIAN) // the engine must not care
                    .position(3);
            unread.put(left).put(piece.duplicate()).flip().position(3);
            while (!engine.receive(unread)) {
                unread = elsewhere(unread); // what is left may come back in another buffer
            }
            left = unread;
            if (left.remaining() > 13) {
                throw new AssertionError("more than an incomplete header is left: " + left);
            }
            if (engine.isFinished() && left.hasRemaining()) {
                throw new AssertionError("not everything is discarded: " + left);
            }
        }
        engine.endOfStream();
        return sink;
    }
}
