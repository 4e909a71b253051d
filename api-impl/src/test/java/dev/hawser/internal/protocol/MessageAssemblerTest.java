package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How much the engine does at a time, how much it asks of an extension, and what it counts. */
class MessageAssemblerTest {
    private static final int FRAMES_AT_A_TIME = 1024;

    /** Each octet of a frame with RSV1 stands for as many of {@code x} as it says, and 0xFF for 100,000. */
    private static final class Runs implements InboundExtension {
        final List<Integer> rooms = new ArrayList<>();
        private int owed;
        private boolean active;

        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            active = opcode == Opcode.CONTINUATION ? active : rsv != 0;
            return active;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            rooms.add(decoded.remaining());
            while (decoded.hasRemaining()) {
                if (owed == 0) {
                    if (!encoded.hasRemaining()) {
                        return true;
                    }
                    int count = encoded.get() & 0xFF;
                    owed = count == 0xFF ? 100_000 : count;
                }
                int now = Math.min(owed, decoded.remaining());
                decoded.put("x".repeat(now).getBytes(StandardCharsets.UTF_8));
                owed -= now;
            }
            return owed == 0 && !encoded.hasRemaining();
        }

        @Override
        public void close() {}
    }

    private final Runs runs = new Runs();
    private final RecordingSink sink = new RecordingSink();
    private final WebSocketProtocol engine =
            new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(10_000, 1 << 20), List.of(runs), sink);

    private static ByteBuffer wire(String hex) {
        return ByteBuffer.wrap(Wire.hex(hex));
    }

    @Test
    void afterSoManyFramesOthersHaveATurn() {
        ByteBuffer wire = wire("89 00".repeat(FRAMES_AT_A_TIME + 1));
        assertFalse(engine.receive(wire));
        assertEquals(FRAMES_AT_A_TIME, sink.events.size());
        assertEquals(2, wire.remaining());
        assertTrue(engine.receive(wire));
        assertEquals(FRAMES_AT_A_TIME + 1, sink.events.size());
    }

    @Test
    void anEmptyBufferIsDoneHoweverMuchThatWas() {
        assertTrue(engine.receive(wire("89 00".repeat(FRAMES_AT_A_TIME))));
        assertEquals(FRAMES_AT_A_TIME, sink.events.size());
    }

    @Test
    void aWholeMessageIsDecodedInTurnsOfBoundedWork() {
        ByteBuffer wire = wire("c2 01 ff");
        int turns = 1;
        while (!engine.receive(wire)) {
            turns++;
            assertTrue(engine.isMidMessage());
        }
        assertEquals(6, turns, "100,000 octets in turns of 16 KiB and some more");
        assertEquals(100_000, engine.messageSize());
        assertFalse(engine.isMidMessage());
    }

    @Test
    void partsAreDecodedInTurnsOfBoundedWork() {
        sink.reception = MessageSink.Reception.PARTS;
        ByteBuffer wire = wire("c2 01 ff");
        List<Integer> parts = new ArrayList<>();
        boolean done;
        do {
            int before = sink.parts.size();
            done = engine.receive(wire);
            parts.add(sink.parts.size() - before);
        } while (!done);
        assertEquals(7, parts.size(), () -> "turns with " + parts + " parts");
        assertTrue(parts.stream().allMatch(count -> count <= 3), parts::toString);
        assertEquals(100_000, engine.messageSize());
    }

    @Test
    void whoWantsNoMoreGetsNoMoreThanAPiece() {
        sink.reception = MessageSink.Reception.PARTS;
        sink.wantsMore = () -> false;
        ByteBuffer wire = wire("c2 01 ff");
        assertFalse(engine.receive(wire));
        assertEquals(1, sink.parts.size());
        assertFalse(engine.receive(wire));
        assertEquals(2, sink.parts.size());
        sink.wantsMore = () -> true;
        assertFalse(engine.receive(wire));
        assertEquals(4, sink.parts.size());
    }

    @Test
    void aSmallFrameGetsSmallRoomAndAResumedOneAWholePiece() {
        sink.reception = MessageSink.Reception.PARTS;
        engine.receive(wire("c2 01 01"));
        assertEquals(List.of(72), runs.rooms);
        runs.rooms.clear();
        sink.wantsMore = () -> false;
        ByteBuffer wire = wire("c2 01 ff");
        engine.receive(wire);
        engine.receive(wire);
        assertEquals(List.of(72, 8192), runs.rooms);
    }

    @Test
    void anExtensionIsAskedForOneOctetMoreThanTheLimitAtMost() {
        for (MessageSink.Reception reception : List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
            Runs asked = new Runs();
            RecordingSink limited = new RecordingSink();
            limited.reception = reception;
            limited.limit = 20;
            WebSocketProtocol other =
                    new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(10, 1 << 20), List.of(asked), limited);
            other.receive(wire("42 01 0f"));
            asked.rooms.clear();
            other.receive(wire("80 01 ff"));
            assertEquals(List.of(6), asked.rooms, "of 20 octets 15 have come");
            assertEquals(
                    List.of("violation 1009 binary message exceeds the limit of 20 bytes when decoded"),
                    limited.events);
        }
    }

    @Test
    void anEncodedMessageMayBeEightTimesAsLongAsItsLimit() {
        sink.limit = 10;
        engine.receive(wire("42 57" + "00".repeat(87)));
        assertEquals(List.of(), sink.events, "an eighth of 87 is within the limit");
        engine.receive(wire("80 01"));
        assertEquals(
                List.of("violation 1009 binary message of 88 encoded bytes exceeds the limit of 10 decoded ones"),
                sink.events);
    }

    @Test
    void aWholeMessageFitsIntoAnArrayWhateverTheLimit() {
        sink.limit = 1L << 40;
        engine.receive(wire("82 7f 0000000080000000"));
        assertEquals(
                List.of("violation 1009 binary message of 2147483648 bytes exceeds the limit of 2147483638"),
                sink.events);
        RecordingSink parts = new RecordingSink();
        parts.reception = MessageSink.Reception.PARTS;
        parts.limit = 1L << 40;
        new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(10, 10), List.of(), parts)
                .receive(wire("82 7f 0000000080000000"));
        assertEquals(List.of(), parts.events);
    }

    @Test
    void messagesAndTheirOctetsAreCounted() {
        assertEquals(0, engine.messages());
        engine.receive(wire("81 03 616263"));
        assertEquals(1, engine.messages());
        assertEquals(3, engine.messageSize());
        assertEquals(5, engine.wireBytes());
        engine.receive(wire("02 02 0000 80 02 0000"));
        assertEquals(2, engine.messages());
        assertEquals(4, engine.messageSize());
        assertEquals(13, engine.wireBytes());
        engine.receive(wire("c2 02 0504"));
        assertEquals(3, engine.messages());
        assertEquals(9, engine.messageSize());
        assertEquals(17, engine.wireBytes());
    }

    @Test
    void theSinkIsToldOfTheEndOfEachMessage() {
        engine.receive(wire("81 03 616263 02 01 00 80 01 00"));
        assertEquals(List.of("TEXT of 3", "BINARY of 2"), sink.ends);
    }

    @Test
    void nothingIsHeldOfAMessageThatIsCutShort() {
        engine.receive(wire("02 02 0000"));
        assertTrue(engine.unfinishedBytes() > 0);
        engine.endOfStream();
        assertEquals(0, engine.unfinishedBytes());
    }

    @Test
    void otherThreadsMayAskForTheUnfinishedBytesAtAnyTime() {
        assertEquals(0, engine.unfinishedBytes(), "before the first message");
        AtomicReference<WebSocketProtocol> asked = new AtomicReference<>(engine);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                long held = asked.get().unfinishedBytes();
                assertTrue(held >= 0 && held <= 4096, () -> held + " bytes");
            }
        });
        for (int i = 0; i < 1000; i++) {
            WebSocketProtocol other =
                    new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(10, 10), List.of(), new RecordingSink());
            asked.set(other);
            other.receive(wire("02 02 0000"));
            other.endOfStream();
        }
        done.set(true);
        asking.join();
    }

    @Test
    void anEmptyPartIsDeliveredOnlyAtTheEnd() {
        sink.reception = MessageSink.Reception.PARTS;
        engine.receive(wire("02 00 00 01 61 00 00 80 00"));
        assertEquals(List.of("61", " last"), sink.parts);
        sink.parts.clear();
        engine.receive(wire("01 00 00 01 61 00 00 80 00"));
        assertEquals(List.of("a", " last"), sink.parts);
    }

    @Test
    void aBadOctetIsCountedFromTheBeginningOfItsText() {
        assertEquals(
                List.of("text abc", "violation 1007 text is not UTF-8 at byte 1 (RFC 6455 8.1)"),
                Receiver.as(Role.CLIENT).everyWay(Wire.hex("01 02 6162 80 01 63 81 02 61ff")));
        assertEquals(
                List.of("text abc", "text d", "violation 1007 text is not UTF-8 at byte 2 (RFC 6455 8.1)"),
                Receiver.as(Role.CLIENT).everyWay(Wire.hex("01 02 6162 80 01 63 81 01 64 01 01 65 80 02 66ff")));
    }
}
