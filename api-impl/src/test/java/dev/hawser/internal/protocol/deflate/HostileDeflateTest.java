package dev.hawser.internal.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Receiver;
import dev.hawser.internal.protocol.RecordingSink;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import dev.hawser.internal.protocol.Wire;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that a peer should not send, and what has broken other implementations. */
class HostileDeflateTest {
    private final DeflateCodecs codecs = new DeflateCodecs(2);

    @AfterEach
    void nativeMemoryIsGivenBackOnEveryPath() {
        codecs.close();
        assertEquals(0, codecs.liveDeflaters(), "deflaters");
        assertEquals(0, codecs.liveInflaters(), "inflaters");
    }

    private Receiver receiver(boolean takeover) {
        return Receiver.as(Role.CLIENT)
                .with(() -> List.of(new MessageInflater(codecs, takeover ? new History(15) : null)));
    }

    /** What a message comes to, without context takeover. */
    private byte[] compressed(byte[] message) {
        DeflatePolicy policy = new DeflatePolicy(-1, 0, false, true, 15);
        OutboundExtension.Encoded encoded =
                new MessageDeflater(codecs, policy, false, 15).encode(Opcode.BINARY, true, message, 0, message.length);
        return Arrays.copyOfRange(encoded.bytes(), encoded.offset(), encoded.offset() + encoded.length());
    }

    private void assertRefused(int code, String start, String hex) {
        List<String> events = receiver(false).everyWay(Wire.hex(hex));
        assertEquals(1, events.size(), events::toString);
        assertTrue(events.get(0).startsWith("violation " + code + " " + start), events.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"89 00", "8a 00", "88 00"})
    void rsv1OnControlFrames(String frame) {
        String marked = "%x".formatted(Integer.parseInt(frame.substring(0, 2), 16) | 0x40) + frame.substring(2);
        assertRefused(1002, "RSV1 set on a ", marked);
    }

    @Test
    void rsv1OnContinuation() {
        assertRefused(1002, "RSV1 set on a continuation frame", "41 03 f248cd c0 04 c9c90700");
        assertRefused(1002, "RSV1 set on a continuation frame", "01 01 61 c0 01 62");
    }

    @Test
    void otherReservedBitsRemainForbidden() {
        assertRefused(1002, "RSV2 set", "e1 01 00");
        assertRefused(1002, "RSV3 set", "d1 01 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff", "0600", "7b7d", "07", "05000102"})
    void whatIsNotDeflate(String payload) {
        byte[] bytes = Wire.hex(payload);
        assertRefused(1007, "compressed payload", "c2 %02x".formatted(bytes.length) + payload);
    }

    @Test
    void streamsCutShort() {
        byte[] whole = compressed(Samples.of(Samples.Kind.JSON, 3000, 7));
        int undetected = 0;
        for (int length = 1; length < whole.length - 1; length++) {
            byte[] frame = Wire.frame(Role.SERVER, 0xC2, Arrays.copyOf(whole, length));
            List<String> events = receiver(false).inPieces(frame, 1000);
            assertEquals(1, events.size());
            undetected += events.get(0).startsWith("violation 1007") ? 0 : 1;
        }
        assertEquals(0, undetected, "of " + whole.length);
    }

    @Test
    void dataAfterAFinalBlockIsPartOfTheSameMessage() {
        // "Hello" as a final block, then "Hello" as another stream, then a plain message
        assertEquals(
                List.of("text HelloHello", "text a"),
                receiver(true).everyWay(Wire.hex("c1 0e f348cdc9c90700 f248cdc9c90700 81 01 61")));
        assertEquals(
                List.of("text HelloHelloHello"),
                receiver(false).everyWay(Wire.hex("c1 15 f348cdc9c90700 f348cdc9c90700 f348cdc9c90700")));
    }

    @Test
    void rubbishAfterAFinalBlockFails() {
        assertRefused(1007, "compressed payload is not DEFLATE", "c1 09 f348cdc9c90700 ffff");
        assertRefused(1007, "compressed payload is not DEFLATE", "41 07 f348cdc9c90700 80 02 ffff");
    }

    @Test
    void manyFinalBlocksCostLittle() {
        byte[] payload = new byte[400_000];
        for (int i = 0; i < payload.length; i += 2) {
            payload[i] = 0x03; // a final block of nothing: 03 00
        }
        assertEquals(List.of("binary "), receiver(true).inPieces(Wire.frame(Role.SERVER, 0xC2, payload), 16384));
    }

    @Test
    void flushMarkersInTheMiddle() {
        byte[] payload = Wire.join(Wire.hex("f248050000 00ffff 000000ffff 000000ffff cac9c90700"));
        assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.frame(Role.SERVER, 0xC1, payload)));
    }

    @Test
    void aMessageWithTheMarkerStillOnDoesNotEndWithABlock() {
        assertRefused(1007, "compressed payload", "c1 0b f248cdc9c90700 0000ffff");
    }

    @Test
    void noOctetsStandForNone() {
        assertEquals(List.of("text ", "text Hello"), receiver(true).everyWay(Wire.hex("c1 00 c1 07 f248cdc9c90700")));
        assertEquals(List.of("text "), receiver(true).everyWay(Wire.hex("41 00 00 00 80 00")));
    }

    @Test
    void badUtf8InsideFails() {
        byte[] payload = compressed(Wire.hex("61ff"));
        byte[] stored = Wire.hex("00 0200 fdff 61ff 00");
        assertEquals(Wire.hex(Wire.hex("61ff")), Wire.hex(payload), "too small to compress");
        assertEquals(
                List.of("violation 1007 text is not UTF-8 at byte 1 (RFC 6455 8.1)"),
                receiver(false).everyWay(Wire.frame(Role.SERVER, 0xC1, stored)));
    }

    @Test
    void bombsStopAtTheLimit() {
        byte[] zeros = new byte[50_000_000];
        byte[] bomb = compressed(zeros);
        assertTrue(bomb.length < 50_000, "1:1000");
        byte[] nested = compressed(bomb);
        for (MessageSink.Reception reception : List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
            Receiver limited = receiver(false).taking(sink -> {
                sink.limit = 65536;
                sink.reception = reception;
            });
            List<String> refused =
                    List.of("violation 1009 binary message exceeds the limit of 65536 bytes when decoded");
            assertEquals(refused, limited.inPieces(Wire.frame(Role.SERVER, 0xC2, bomb), 16384));
            assertEquals(
                    List.of(RecordingSink.binary(bomb)),
                    limited.inPieces(Wire.frame(Role.SERVER, 0xC2, nested), 16384),
                    "one layer is undone, not two");
        }
    }

    @Test
    void aMessageJustAtTheLimitIsTaken() {
        byte[] message = Samples.of(Samples.Kind.PROSE, 65536, 1);
        byte[] frame = Wire.frame(Role.SERVER, 0xC1, compressed(message));
        String text = "text " + new String(message, java.nio.charset.StandardCharsets.US_ASCII);
        assertEquals(
                List.of(text),
                receiver(false).taking(sink -> sink.limit = 65536).inPieces(frame, 1000));
        assertEquals(
                List.of("violation 1009 text message exceeds the limit of 65535 bytes when decoded"),
                receiver(false).taking(sink -> sink.limit = 65535).inPieces(frame, 1000));
    }

    @Test
    void randomChangesNeverCrashAndNeverLeakIntoTheNextMessage() {
        Random random = new Random(77);
        byte[] payload = compressed(Samples.of(Samples.Kind.PROSE, 2000, 3));
        for (int i = 0; i < 5000; i++) {
            byte[] changed = payload.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] wire = Wire.join(Wire.frame(Role.SERVER, 0xC2, changed), Wire.hex("81 03 656e64"));
            List<String> events = receiver(true).inPieces(wire, 1 + random.nextInt(wire.length));
            boolean failed = events.get(0).startsWith("violation 1007") && events.size() == 1;
            boolean garbled =
                    events.get(0).startsWith("binary") && events.get(1).equals("text end") && events.size() == 2;
            assertTrue(failed || garbled, events::toString);
        }
    }

    private long allocatedBy(RecordingSink sink, byte[] wire) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        WebSocketProtocol engine = new WebSocketProtocol(
                Role.SERVER,
                new ProtocolLimits(1024, 1 << 20),
                List.of(new MessageInflater(codecs, new History(15))),
                sink);
        ByteBuffer unread = ByteBuffer.wrap(wire);
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean done = false;
        while (!done) {
            done = engine.receive(unread);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        engine.endOfStream();
        return allocated;
    }

    /** The header of a frame is free, so nothing is reserved for what it declares and does not bring. */
    @Test
    void aDeclaredLengthIsBelievedAsFarAsBytesArrive() {
        byte[] wire = Wire.frame(Role.CLIENT, 0xC2, Wire.hex("7f%016x".formatted(1 << 20)), Wire.hex("f2"));
        allocatedBy(new RecordingSink(), wire.clone());
        long allocated = allocatedBy(new RecordingSink(), wire);
        assertTrue(allocated < 64 * 1024, allocated + " bytes allocated for " + wire.length);
    }

    /** 7 octets on the wire each: what they cost here must be in proportion. */
    @Test
    void framesOfOneOctetTakenInPartsCostNoPieceOfTheirOwn() {
        byte[] begin = Wire.frame(Role.CLIENT, 0x42, Wire.hex("f2"));
        byte[] one = Wire.frame(Role.CLIENT, 0x00, Wire.hex("48"));
        byte[] wire = begin;
        for (int i = 0; i < 10; i++) {
            wire = Wire.join(wire, one, one, one, one, one, one, one, one, one, one);
        }
        RecordingSink sink = new RecordingSink();
        sink.reception = MessageSink.Reception.PARTS;
        allocatedBy(sink, wire.clone());
        long allocated = allocatedBy(sink, wire);
        assertEquals(List.of(), sink.events);
        assertTrue(allocated < 100 * 1000, allocated + " bytes allocated for 101 frames");
    }
}
