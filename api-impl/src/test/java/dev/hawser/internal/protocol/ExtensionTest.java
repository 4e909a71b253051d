package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * RFC 6455 section 9 with two extensions as an application might write them: one that shifts each octet of a marked
 * frame, and one that writes each octet of a marked message several times less often than it stands there.
 */
class ExtensionTest {
    /** Adds 1 to every octet of frames marked with RSV3. */
    private static final class ShiftIn implements InboundExtension {
        int closed;
        private final boolean perFrame;

        ShiftIn(boolean perFrame) {
            this.perFrame = perFrame;
        }

        @Override
        public int rsv() {
            return RSV3;
        }

        @Override
        public Scope scope() {
            return perFrame ? Scope.FRAME : Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return rsv != 0;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            while (encoded.hasRemaining() && decoded.hasRemaining()) {
                decoded.put((byte) (encoded.get() - 1));
            }
            return !encoded.hasRemaining();
        }

        @Override
        public void close() {
            closed++;
        }
    }

    /** The sender of {@link ShiftIn}: marks every frame, or every other. */
    private static final class ShiftOut implements OutboundExtension {
        private int frames;

        @Override
        public int rsv() {
            return InboundExtension.RSV3;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            if (frames++ % 3 == 2) {
                return new Encoded(0, payload, offset, length);
            }
            byte[] shifted = new byte[length];
            for (int i = 0; i < length; i++) {
                shifted[i] = (byte) (payload[offset + i] + 1);
            }
            return new Encoded(InboundExtension.RSV3, shifted, 0, length);
        }

        @Override
        public void close() {}
    }

    /** Payload of pairs (count, octet); a pair may be cut by fragments. RSV2 on the first frame marks the message. */
    private static final class RunsIn implements InboundExtension {
        int closed;
        private boolean active;
        private int left = -1;
        private int octet = -1;
        private boolean frameEnded;

        @Override
        public int rsv() {
            return RSV2;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            if (opcode != Opcode.CONTINUATION) {
                active = rsv != 0;
            }
            frameEnded = false;
            return active;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded)
                throws RemoteProtocolException {
            if (frameEnded && encoded.hasRemaining()) {
                throw new AssertionError("octets after the end of the frame");
            }
            while (true) {
                if (left < 0 && encoded.hasRemaining()) {
                    left = encoded.get() & 0xFF;
                    octet = -1;
                } else if (left >= 0 && octet < 0 && encoded.hasRemaining()) {
                    octet = encoded.get() & 0xFF;
                    if (octet == 0xEE) {
                        throw new RemoteProtocolException(CloseCode.NOT_CONSISTENT, "octet 0xEE does not decode");
                    }
                } else if (left > 0 && octet >= 0) {
                    if (!decoded.hasRemaining()) {
                        return false;
                    }
                    decoded.put((byte) octet);
                    left--;
                } else if (left == 0 && octet >= 0) {
                    left = -1;
                } else {
                    frameEnded = endOfFrame;
                    return true;
                }
            }
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static final class RunsOut implements OutboundExtension {
        @Override
        public int rsv() {
            return InboundExtension.RSV2;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            ByteBuffer runs = ByteBuffer.allocate(2 * length);
            for (int at = 0; at < length; ) {
                int end = at;
                while (end < length && end - at < 255 && payload[offset + end] == payload[offset + at]) {
                    end++;
                }
                runs.put((byte) (end - at)).put(payload[offset + at]);
                at = end;
            }
            int rsv = opcode == Opcode.CONTINUATION ? 0 : InboundExtension.RSV2;
            return new Encoded(rsv, runs.array(), 0, runs.position());
        }

        @Override
        public @org.jspecify.annotations.Nullable Object sharingKey() {
            return "runs";
        }

        @Override
        public void close() {}
    }

    @Nested
    class ReservedBits {
        @Test
        void aClaimedBitMarksAFrame() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(() -> List.of(new ShiftIn(true)));
            assertEquals(List.of("text ab", "text ab"), receiver.everyWay(Wire.hex("91 02 6263 81 02 6162")));
            assertEquals(List.of("text abc"), receiver.everyWay(Wire.hex("01 01 61 10 01 63 80 01 63")));
        }

        @Test
        void bitsClaimedByNobodyAreRefused() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(() -> List.of(new ShiftIn(true)));
            assertEquals(
                    List.of("violation 1002 RSV1 set, which no negotiated extension uses (RFC 6455 5.2)"),
                    receiver.everyWay(Wire.hex("d1 02 6263")));
        }

        @Test
        void controlFramesCarryNoReservedBits() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(() -> List.of(new ShiftIn(true)));
            assertEquals(
                    List.of("violation 1002 RSV3 set on a ping frame (RFC 6455 5.5)"),
                    receiver.everyWay(Wire.hex("99 00")));
            assertEquals(
                    List.of("violation 1002 RSV3 set on a close frame (RFC 6455 5.5)"),
                    receiver.everyWay(Wire.hex("98 02 03e8")));
        }

        @Test
        void aBitThatMarksMessagesBelongsOnTheirFirstFrame() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(() -> List.of(new ShiftIn(false)));
            assertEquals(
                    List.of("violation 1002 RSV3 set on a continuation frame; it belongs on the first of a message"),
                    receiver.everyWay(Wire.hex("11 01 62 90 01 63")));
        }

        @Test
        void twoExtensionsMustNotClaimTheSameBit() {
            List<InboundExtension> twice = List.of(new ShiftIn(true), new ShiftIn(false));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1, 1), twice, new RecordingSink()));
            assertThrows(IllegalArgumentException.class, () -> OutboundChain.of(List.of(new RunsOut(), new RunsOut())));
        }
    }

    @Nested
    class DecodedSize {
        private Receiver limited(long limit) {
            return Receiver.as(Role.CLIENT).with(() -> List.of(new RunsIn())).taking(sink -> sink.limit = limit);
        }

        @Test
        void aMessageJustAtTheLimitIsTaken() {
            assertEquals(List.of("text " + "a".repeat(255)), limited(255).everyWay(Wire.hex("a1 02 ff61")));
        }

        @Test
        void aMessageThatGrowsOverTheLimitIsRefusedWhileDecoding() {
            List<String> refused = List.of("violation 1009 text message exceeds the limit of 254 bytes when decoded");
            assertEquals(refused, limited(254).everyWay(Wire.hex("a1 02 ff61")));
            assertEquals(refused, limited(254).everyWay(Wire.hex("21 02 7f61 80 02 8061")));
        }

        @Test
        void aDeclaredLengthThatNoEncodingNeedsIsRefusedOnTheHeader() {
            assertEquals(
                    List.of("violation 1009 text message of 2147483648 encoded bytes exceeds the limit of 65536"
                            + " decoded ones"),
                    limited(65536).everyWay(Wire.hex("a1 7f 0000000080000000")));
        }

        @Test
        void decodedTextIsCheckedAsItComes() {
            assertEquals(
                    List.of("violation 1007 text is not UTF-8 at byte 1 (RFC 6455 8.1)"),
                    limited(100).everyWay(Wire.hex("21 02 02e2")));
        }

        @Test
        void aCodePointMayBeCutByEncodedFrames() {
            assertEquals(List.of("text a\u00e9"), limited(3).everyWay(Wire.hex("21 04 016101c3 80 02 01a9")));
        }

        @Test
        void theFirstViolationIsToldThoughTheLimitIsExceededBehindIt() {
            assertEquals(
                    List.of("violation 1007 text is not UTF-8 at byte 2 (RFC 6455 8.1)"),
                    limited(3).everyWay(Wire.hex("21 02 0161 80 06 01e2 02ff 0161")));
        }

        @Test
        void whatTheExtensionRefusesFailsTheConnection() {
            assertEquals(
                    List.of("violation 1007 octet 0xEE does not decode"),
                    limited(100).everyWay(Wire.hex("a2 02 01ee")));
        }
    }

    @Nested
    class Chains {
        private ProtocolPair pair(Role sender, List<InboundExtension> in, List<OutboundExtension> out) {
            Random random = new Random(9);
            ProtocolPair.End sending = new ProtocolPair.End(sender, random, List.of(), out);
            ProtocolPair.End receiving = new ProtocolPair.End(Wire.other(sender), random, in, List.of());
            return sender == Role.CLIENT
                    ? new ProtocolPair(3, sending, receiving)
                    : new ProtocolPair(3, receiving, sending);
        }

        @Test
        void theFirstListedIsAppliedFirstAndUndoneLast() {
            for (Role sender : Role.values()) {
                for (MessageSink.Reception reception :
                        List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
                    ProtocolPair pair = pair(
                            sender, List.of(new RunsIn(), new ShiftIn(true)), List.of(new RunsOut(), new ShiftOut()));
                    RecordingSink sink = pair.end(Wire.other(sender)).received;
                    sink.reception = reception;
                    Random random = new Random(5);
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        byte[] message =
                                new byte[random.nextInt(3) == 0 ? random.nextInt(100_000) : random.nextInt(50)];
                        for (int at = 0; at < message.length; at++) {
                            message[at] = (byte) (random.nextInt(50) == 0 ? random.nextInt(0x60) : 7);
                        }
                        pair.sendMessage(sender, Opcode.BINARY, message, 1 + random.nextInt(message.length + 1));
                        expected.add(RecordingSink.binary(message));
                    }
                    assertEquals(expected, sink.events);
                }
            }
        }

        @Test
        void aChainIsSharedOnlyIfAllOfItIs() {
            assertNull(OutboundChain.of(List.of()));
            assertNull(OutboundChain.of(List.of(new RunsOut(), new ShiftOut())).sharingKey());
            assertEquals("runs", OutboundChain.of(List.of(new RunsOut())).sharingKey());
        }
    }

    @Nested
    class Release {
        private final RunsIn runs = new RunsIn();
        private final ShiftIn shift = new ShiftIn(true);
        private final RecordingSink sink = new RecordingSink();
        private final WebSocketProtocol engine =
                new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1, 1), List.of(runs, shift), sink);

        private void receive(String hex) {
            engine.receive(ByteBuffer.wrap(Wire.hex(hex)));
        }

        private void assertClosedOnce() {
            assertEquals(1, runs.closed);
            assertEquals(1, shift.closed);
        }

        @Test
        void extensionsAreClosedOnceAtTheEndOfTheStream() {
            receive("81 01 61");
            assertEquals(0, runs.closed);
            engine.endOfStream();
            engine.endOfStream();
            assertClosedOnce();
        }

        @Test
        void extensionsAreClosedAtTheCloseFrame() {
            receive("88 00");
            assertClosedOnce();
            engine.endOfStream();
            assertClosedOnce();
        }

        @Test
        void extensionsAreClosedAfterAViolation() {
            receive("83 00");
            receive("83 00");
            engine.endOfStream();
            assertClosedOnce();
            assertEquals(1, sink.events.size());
        }

        @Test
        void theSinkMayEndTheStreamFromWithinACallback() {
            List<String> parts = new ArrayList<>();
            RunsIn other = new RunsIn();
            WebSocketProtocol[] self = {engine};
            MessageSink ending = new ForwardingSink(sink) {
                @Override
                public void onText(String message) {
                    super.onText(message);
                    self[0].endOfStream();
                    parts.add(message + " closed " + other.closed);
                }
            };
            self[0] = new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1, 1), List.of(other), ending);
            self[0].receive(ByteBuffer.wrap(Wire.hex("81 01 61 81 01 62")));
            assertEquals(List.of("text a"), sink.events);
            assertEquals(List.of("a closed 0"), parts);
            assertEquals(1, other.closed);
            assertTrue(self[0].isFinished());
        }

        @Test
        void anExceptionOfTheSinkHarmsNoLaterMessage() {
            boolean[] thrown = {false};
            MessageSink failing = new ForwardingSink(sink) {
                @Override
                public void onText(String message) {
                    if (!thrown[0]) {
                        thrown[0] = true;
                        throw new IllegalStateException("sink");
                    }
                    super.onText(message);
                }
            };
            WebSocketProtocol plain = new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1, 1), List.of(), failing);
            ByteBuffer unread = ByteBuffer.wrap(Wire.hex("81 01 61 81 01 62"));
            assertThrows(IllegalStateException.class, () -> plain.receive(unread));
            assertFalse(plain.isFinished());
            plain.receive(unread);
            assertEquals(List.of("text b"), sink.events);
        }
    }

    /** Passes everything on; tests override what they look at. */
    private static class ForwardingSink implements MessageSink {
        private final RecordingSink to;

        ForwardingSink(RecordingSink to) {
            this.to = to;
        }

        @Override
        public Reception messageBegins(Opcode kind) {
            return to.messageBegins(kind);
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return to.maxMessageSize(kind);
        }

        @Override
        public void onText(String message) {
            to.onText(message);
        }

        @Override
        public void onBinary(byte[] message) {
            to.onBinary(message);
        }

        @Override
        public void onTextPart(String part, boolean last) {
            to.onTextPart(part, last);
        }

        @Override
        public void onBinaryPart(byte[] part, boolean last) {
            to.onBinaryPart(part, last);
        }

        @Override
        public void onPing(byte[] payload) {
            to.onPing(payload);
        }

        @Override
        public void onPong(byte[] payload) {
            to.onPong(payload);
        }

        @Override
        public void onClose(int code, String reason) {
            to.onClose(code, reason);
        }

        @Override
        public void onViolation(RemoteProtocolException violation) {
            to.onViolation(violation);
        }
    }
}
