package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has brought other implementations down: each case with the bytes allocated for it. */
class HostilePeerTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RecordingSink sink = new RecordingSink();
    private WebSocketProtocol engine = engine(65536);

    private WebSocketProtocol engine(long limit) {
        sink.limit = limit;
        return new WebSocketProtocol(Role.SERVER, new ProtocolLimits(1024, 1 << 20), List.of(), sink);
    }

    private long allocatedBy(Runnable action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        action.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private long allocatedBy(byte[] wire) {
        ByteBuffer unread = ByteBuffer.wrap(wire);
        return allocatedBy(() -> engine.receive(unread));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, (1L << 32) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void hugeLengthsAllocateNothing(long length) {
        for (int opcode = 0; opcode < 16; opcode++) {
            for (int first : new int[] {0x80, 0x00}) {
                sink.events.clear();
                engine = engine(65536);
                byte[] header =
                        Wire.frame(Role.CLIENT, first | opcode, Wire.hex("7f%016x".formatted(length)), new byte[0]);
                long allocated = allocatedBy(header);
                boolean data = opcode == 1 || opcode == 2;
                int code = data && length > 0 ? 1009 : 1002;
                assertEquals(1, sink.events.size());
                assertTrue(sink.events.get(0).startsWith("violation " + code), sink.events + " for opcode " + opcode);
                assertTrue(allocated < 64 * 1024, allocated + " bytes allocated for opcode " + opcode);
            }
        }
    }

    @Test
    void aDeclaredLengthIsBelievedAsFarAsBytesArrive() {
        engine = engine(1 << 30);
        byte[] header = Wire.frame(Role.CLIENT, 0x82, Wire.hex("7f%016x".formatted(1 << 29)), new byte[1000]);
        assertTrue(allocatedBy(header) < 64 * 1024);
        byte[] more = new byte[100_000];
        assertTrue(allocatedBy(more) < 2_000_000);
        assertEquals(List.of(), sink.events);
    }

    @Test
    void aMessageInFragmentsNeverHoldsMoreThanItsLimit() {
        byte[] first = Wire.frame(Role.CLIENT, 0x02, new byte[40_000]);
        byte[] second = Wire.frame(Role.CLIENT, 0x00, new byte[100]);
        allocatedBy(first); // whatever the classes need that are used for the first time
        engine = engine(65536);
        assertTrue(allocatedBy(first) < 42_000);
        long allocated = allocatedBy(Wire.join(second, second));
        assertTrue(allocated < 67_000, allocated + " bytes allocated for a message of at most 65,536");
        assertEquals(List.of(), sink.events);
    }

    @Test
    void oneMegabyteInASingleFrameIsCopiedLittle() {
        engine = engine(1 << 20);
        byte[] wire = Wire.frame(Role.CLIENT, 0x82, new byte[1 << 20]);
        long allocated = 0;
        for (int at = 0; at < wire.length; at += 16384) {
            ByteBuffer piece = ByteBuffer.wrap(wire, at, Math.min(16384, wire.length - at));
            allocated += allocatedBy(() -> engine.receive(piece));
        }
        assertEquals(List.of(RecordingSink.binary(new byte[1 << 20])), sink.events);
        assertTrue(allocated < 1.3 * (1 << 20), allocated + " bytes allocated");
    }

    @Test
    void endlessEmptyFragmentsEndAtTheLimit() {
        engine.receive(ByteBuffer.wrap(Wire.frame(Role.CLIENT, 0x01, Wire.utf8("a"))));
        byte[] empty = Wire.frame(Role.CLIENT, 0x00, new byte[0]);
        int sent = 0;
        while (sink.events.isEmpty() && sent < 5000) {
            engine.receive(ByteBuffer.wrap(empty.clone()));
            sent++;
        }
        assertEquals(1025, sent);
        assertEquals(List.of("violation 1008 text message of more than 1024 empty fragments"), sink.events);
    }

    @Test
    void endlessFragmentsOfOneByteEndAtTheMessageLimitInOneBuffer() {
        byte[] one = Wire.frame(Role.CLIENT, 0x00, Wire.utf8("a"));
        engine.receive(ByteBuffer.wrap(Wire.frame(Role.CLIENT, 0x01, Wire.utf8("a"))));
        int[] sent = {1};
        long allocated = allocatedBy(() -> {
            while (sink.events.isEmpty() && sent[0] < 100_000) {
                engine.receive(ByteBuffer.wrap(one.clone()));
                sent[0]++;
            }
        });
        assertEquals(65537, sent[0]);
        assertEquals(
                List.of("violation 1009 text message of at least 65537 bytes exceeds the limit of 65536"), sink.events);
        assertTrue(
                allocated < 65537 * 100L + 200_000, allocated + " bytes allocated, of which 80 a frame are the test's");
    }

    @Test
    void oneGigabyteInFragmentsEndsAtTheDefaultLimit() {
        byte[] fragment = Wire.frame(Role.CLIENT, 0x00, new byte[16384]);
        engine.receive(ByteBuffer.wrap(Wire.frame(Role.CLIENT, 0x02, new byte[16384])));
        for (int i = 1; i < 65536 && !engine.isFinished(); i++) {
            engine.receive(ByteBuffer.wrap(fragment.clone()));
        }
        assertEquals(
                List.of("violation 1009 binary message of at least 81920 bytes exceeds the limit of 65536"),
                sink.events);
    }

    @Test
    void anythingAfterTheEndIsDiscardedAtNoCost() {
        engine.receive(ByteBuffer.wrap(Wire.frame(Role.CLIENT, 0x88, new byte[0])));
        ByteBuffer flood = ByteBuffer.allocate(1 << 20);
        assertTrue(allocatedBy(() -> engine.receive(flood)) < 1024);
        assertEquals(0, flood.remaining());
        assertEquals(List.of("close 1005 "), sink.events);
    }

    @Test
    void aMessageInHandAllocatesOnlyWhatTheSinkGets() {
        String[] last = {""};
        MessageSink quiet = new QuietSink(last);
        WebSocketProtocol quick = new WebSocketProtocol(Role.SERVER, new ProtocolLimits(9, 9), List.of(), quiet);
        byte[] frame = Wire.frame(Role.CLIENT, 0x81, Wire.utf8("x".repeat(128)));
        byte[] wire = frame.clone();
        ByteBuffer unread = ByteBuffer.wrap(wire);
        Runnable receive = () -> {
            for (int i = 0; i < 10_000; i++) {
                System.arraycopy(frame, 0, wire, 0, frame.length);
                quick.receive(unread.clear());
            }
        };
        receive.run();
        long perMessage = allocatedBy(receive) / 10_000;
        assertEquals("x".repeat(128), last[0]);
        assertTrue(
                perMessage <= 24 + 16 + 128 + 8,
                perMessage + " bytes allocated a message; String and its array are 168");
    }

    /** Keeps the last text and nothing else. */
    @SuppressWarnings("ArrayRecordComponent") // a cell to write to
    private record QuietSink(String[] last) implements MessageSink {
        @Override
        public Reception messageBegins(Opcode kind) {
            return Reception.WHOLE;
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return 65536;
        }

        @Override
        public void onText(String message) {
            last[0] = message;
        }

        @Override
        public void onBinary(byte[] message) {}

        @Override
        public void onTextPart(String part, boolean isLast) {}

        @Override
        public void onBinaryPart(byte[] part, boolean isLast) {}

        @Override
        public void onPing(byte[] payload) {}

        @Override
        public void onPong(byte[] payload) {}

        @Override
        public void onClose(int code, String reason) {}

        @Override
        public void onViolation(RemoteProtocolException violation) {}
    }
}
