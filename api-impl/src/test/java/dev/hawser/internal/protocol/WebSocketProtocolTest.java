package dev.hawser.internal.protocol;

import static dev.hawser.internal.protocol.Wire.frame;
import static dev.hawser.internal.protocol.Wire.hex;
import static dev.hawser.internal.protocol.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 6455 for what is received, section by section. */
class WebSocketProtocolTest {
    private static List<String> server(byte[]... wire) {
        return Receiver.as(Role.SERVER).everyWay(wire);
    }

    private static List<String> client(byte[]... wire) {
        return Receiver.as(Role.CLIENT).everyWay(wire);
    }

    private static void assertFails(int code, String message, List<String> events) {
        assertEquals(List.of("violation " + code + " " + message), events);
    }

    @Nested
    class Section5_1_Masking {
        @Test
        void serverRefusesUnmaskedFrame() {
            assertFails(1002, "frame of a client is not masked (RFC 6455 5.1)", server(hex("81 00")));
        }

        @Test
        void clientRefusesMaskedFrame() {
            assertFails(1002, "frame of a server is masked (RFC 6455 5.1)", client(hex("81 80 00000000")));
        }
    }

    @Nested
    class Section5_2_BaseFraming {
        @ParameterizedTest
        @ValueSource(ints = {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF})
        void reservedOpcodesAreRefused(int opcode) {
            for (Role sender : Role.values()) {
                assertFails(
                        1002,
                        "opcode 0x%X is reserved (RFC 6455 5.2)".formatted(opcode),
                        Receiver.as(Wire.other(sender)).everyWay(frame(sender, 0x80 | opcode, new byte[3])));
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0x0, 0x1, 0x2, 0x8, 0x9, 0xA})
        void reservedBitsWithoutExtensionAreRefused(int opcode) {
            String rest = " set, which no negotiated extension uses (RFC 6455 5.2)";
            assertFails(1002, "RSV1" + rest, client(hex("%02x 00".formatted(0xC0 | opcode))));
            assertFails(1002, "RSV2" + rest, client(hex("%02x 00".formatted(0xA0 | opcode))));
            assertFails(1002, "RSV3" + rest, client(hex("%02x 00".formatted(0x90 | opcode))));
            assertFails(1002, "RSV1 and RSV2 and RSV3" + rest, client(hex("%02x 00".formatted(0xF0 | opcode))));
        }

        @Test
        void lengthIn16BitsMustNeedThem() {
            assertFails(
                    1002,
                    "payload length 125 takes 16 bits, which is not the shortest form (RFC 6455 5.2)",
                    client(hex("82 7e 007d"), new byte[125]));
            assertEquals(List.of(RecordingSink.binary(new byte[126])), client(hex("82 7e 007e"), new byte[126]));
        }

        @Test
        void lengthIn64BitsMustNeedThem() {
            assertFails(
                    1002,
                    "payload length 65535 takes 64 bits, which is not the shortest form (RFC 6455 5.2)",
                    client(hex("82 7f 000000000000ffff"), new byte[9]));
            byte[] big = new byte[65536];
            assertEquals(
                    List.of(RecordingSink.binary(big)),
                    Receiver.as(Role.CLIENT).inPieces(Wire.join(hex("82 7f 0000000000010000"), big), 1000));
        }

        @ParameterizedTest
        @ValueSource(strings = {"8000000000000000", "ffffffffffffffff", "8000000000000001"})
        void highestBitOf64BitLengthMustBeZero(String length) {
            for (String opcode : List.of("81", "82", "01", "02")) {
                assertFails(
                        1002,
                        "payload length 0x" + length.toUpperCase(java.util.Locale.ROOT)
                                + " has its highest bit set (RFC 6455 5.2)",
                        client(hex(opcode + "7f" + length)));
            }
        }

        @Test
        void incompleteHeaderStaysInTheBuffer() {
            RecordingSink sink = new RecordingSink();
            WebSocketProtocol engine = new WebSocketProtocol(Role.SERVER, new ProtocolLimits(1, 1), List.of(), sink);
            byte[] header = hex("82 ff 0000000000010000 37fa213d");
            for (int present = 0; present < header.length; present++) {
                ByteBuffer unread = ByteBuffer.wrap(header, 0, present);
                engine.receive(unread);
                assertEquals(0, unread.position(), present + " bytes present");
            }
            ByteBuffer unread = ByteBuffer.wrap(header);
            engine.receive(unread);
            assertEquals(14, unread.position());
        }
    }

    @Nested
    class Section5_4_Fragmentation {
        @Test
        void fragmentsMakeOneMessage() {
            assertEquals(List.of("text Hello"), client(hex("01 03 48656c 80 02 6c6f"))); // the example of 5.7
            assertEquals(
                    List.of("binary 01 02 03"),
                    server(
                            frame(Role.CLIENT, 0x02, hex("01")),
                            frame(Role.CLIENT, 0x00, hex("02")),
                            frame(Role.CLIENT, 0x80, hex("03"))));
        }

        @Test
        void emptyFragmentsAreLegal() {
            assertEquals(List.of("text a"), client(hex("01 00 00 00 00 01 61 00 00 80 00")));
            assertEquals(List.of("text "), client(hex("01 00 00 00 80 00")));
            assertEquals(List.of("binary "), client(hex("02 00 80 00")));
        }

        @Test
        void controlFramesMayComeBetweenFragments() {
            assertEquals(
                    List.of("ping 01", "pong 02", "text Hello"),
                    client(hex("01 03 48656c  89 01 01  00 00  8a 01 02  80 02 6c6f")));
        }

        @Test
        void closeBetweenFragmentsEndsTheMessageUnseen() {
            assertEquals(List.of("close 1000 "), client(hex("01 03 48656c  88 02 03e8  80 02 6c6f")));
        }

        @Test
        void continuationNeedsAMessage() {
            String message = "continuation frame, but no message to continue (RFC 6455 5.4)";
            assertFails(1002, message, client(hex("80 00")));
            assertFails(1002, message, client(hex("00 01 61")));
            assertEquals(List.of("text a", "violation 1002 " + message), client(hex("81 01 61 80 00")));
        }

        @Test
        void messagesMustNotInterleave() {
            assertFails(
                    1002,
                    "binary frame inside a fragmented text message; expected a continuation frame (RFC 6455 5.4)",
                    client(hex("01 01 61 82 01 62")));
            assertFails(
                    1002,
                    "text frame inside a fragmented binary message; expected a continuation frame (RFC 6455 5.4)",
                    client(hex("02 00 01 00")));
        }
    }

    @Nested
    class Section5_5_ControlFrames {
        @Test
        void pingAndPongArriveWithTheirPayload() {
            assertEquals(List.of("ping 48 65 6c 6c 6f"), client(hex("89 05 48656c6c6f"))); // the example of 5.7
            assertEquals(List.of("pong 48 65 6c 6c 6f"), server(hex("8a 85 37fa213d 7f9f4d5158"))); // masked, 5.7
            assertEquals(List.of("ping ", "pong "), client(hex("89 00 8a 00")));
            assertEquals(
                    List.of("ping " + hex(new byte[125])),
                    Receiver.as(Role.CLIENT).everyWay(hex("89 7d"), new byte[125]));
        }

        @Test
        void controlFramesMustNotBeFragmented() {
            assertFails(1002, "ping frame is fragmented (RFC 6455 5.5)", client(hex("09 00")));
            assertFails(1002, "pong frame is fragmented (RFC 6455 5.5)", client(hex("0a 00")));
            assertFails(1002, "close frame is fragmented (RFC 6455 5.5)", client(hex("08 00")));
        }

        @Test
        void controlFramesHaveAtMost125Bytes() {
            assertFails(
                    1002, "ping frame of more than 125 bytes (RFC 6455 5.5)", client(hex("89 7e 007e"), new byte[126]));
            assertFails(
                    1002, "close frame of more than 125 bytes (RFC 6455 5.5)", client(hex("88 7f 0000000000010000")));
        }

        @Test
        void closeWithoutPayloadHasNoStatus() {
            assertEquals(List.of("close 1005 "), client(hex("88 00")));
        }

        @Test
        void closeArrivesWithCodeAndReason() {
            assertEquals(List.of("close 1001 bye \u20ac"), client(hex("88 09 03e9 62796520e282ac")));
            assertEquals(List.of("close 1000 " + "x".repeat(123)), client(hex("88 7d 03e8"), utf8("x".repeat(123))));
        }

        @Test
        void closePayloadOfOneByteIsRefused() {
            assertFails(
                    1002,
                    "close frame with a payload of 1 byte; expected none or at least 2 (RFC 6455 5.5.1)",
                    client(hex("88 01 03")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ff", "80", "c0af", "eda080", "e282", "61f0908d"})
        void closeReasonMustBeUtf8(String reason) {
            byte[] bytes = hex(reason);
            assertFails(
                    1007,
                    "close reason is not UTF-8 (RFC 6455 5.5.1)",
                    client(hex("88 %02x 03e8".formatted(2 + bytes.length)), bytes));
        }
    }

    @Nested
    class Section5_6_DataFrames {
        @Test
        void theExamplesOfTheRfc() {
            assertEquals(List.of("text Hello"), client(hex("81 05 48656c6c6f")));
            assertEquals(List.of("text Hello"), server(hex("81 85 37fa213d 7f9f4d5158")));
            byte[] payload = new byte[256];
            assertEquals(List.of(RecordingSink.binary(payload)), client(hex("82 7e 0100"), payload));
        }

        @Test
        void severalMessagesInOneBuffer() {
            assertEquals(
                    List.of("text a", "binary 62", "ping ", "text "), client(hex("81 01 61 82 01 62 89 00 81 00")));
        }

        @Test
        void aKindThatNobodyTakesIsRefusedOnItsHeader() {
            List<String> events = Receiver.as(Role.CLIENT)
                    .taking(sink -> sink.reception = MessageSink.Reception.REFUSED)
                    .everyWay(hex("82 7f 0000000080000000"));
            assertFails(1003, "binary messages are not taken here (RFC 6455 7.4.1)", events);
        }
    }

    @Nested
    class Section7_Closing {
        @ParameterizedTest
        @ValueSource(
                ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
        void theseCodesMayBeOnTheWire(int code) {
            assertEquals(List.of("close " + code + " "), client(hex("88 02 %04x".formatted(code))));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        void theseCodesMustNotBeOnTheWire(int code) {
            assertFails(
                    1002,
                    "close code " + code + " must not be on the wire (RFC 6455 7.4)",
                    client(hex("88 02 %04x".formatted(code))));
        }

        @Test
        void nothingIsDeliveredAfterAClose() {
            assertEquals(List.of("close 1000 "), client(hex("88 02 03e8 81 01 61 88 00 83 00")));
        }

        @Test
        void nothingIsDeliveredAfterAViolation() {
            assertFails(1002, "opcode 0x3 is reserved (RFC 6455 5.2)", client(hex("83 00 81 01 61 88 00")));
        }

        @ParameterizedTest
        @EnumSource(Role.class)
        void aMessageCutShortIsLost(Role role) {
            byte[] frame = frame(Wire.other(role), 0x81, utf8("Hello"));
            for (int length = 0; length < frame.length; length++) {
                assertEquals(List.of(), Receiver.as(role).inPieces(java.util.Arrays.copyOf(frame, length), 3));
            }
        }
    }

    @Nested
    class Section8_1_Utf8 {
        @Test
        void codePointsMayBeCutByFragmentsAndBuffers() {
            String text = "k\u00e4se \u20ac \ud83d\ude00!";
            byte[] bytes = utf8(text);
            for (int cut = 0; cut <= bytes.length; cut++) {
                byte[] first = java.util.Arrays.copyOf(bytes, cut);
                byte[] second = java.util.Arrays.copyOfRange(bytes, cut, bytes.length);
                assertEquals(
                        List.of("text " + text),
                        server(frame(Role.CLIENT, 0x01, first), frame(Role.CLIENT, 0x80, second)));
            }
        }

        @Test
        void textWithTheReplacementCharacterItselfIsLegal() {
            assertEquals(List.of("text \ufffd"), client(hex("81 03 efbfbd")));
        }

        @Test
        void badOctetFailsTheConnectionWithItsPosition() {
            assertFails(1007, "text is not UTF-8 at byte 2 (RFC 6455 8.1)", client(hex("81 04 6162ff63")));
            assertFails(1007, "text is not UTF-8 at byte 1 (RFC 6455 8.1)", client(hex("01 01 ed 80 02 a080")));
        }

        @Test
        void textMustNotEndInsideACodePoint() {
            assertFails(
                    1007,
                    "text is not UTF-8: it ends inside a code point at byte 2 (RFC 6455 8.1)",
                    client(hex("81 02 e282")));
            assertFails(
                    1007,
                    "text is not UTF-8: it ends inside a code point at byte 3 (RFC 6455 8.1)",
                    client(hex("01 02 61e2 80 01 82")));
        }

        @Test
        void badOctetInsideAnIncompleteFrameFailsAtOnce() {
            for (MessageSink.Reception reception : List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
                RecordingSink sink = new RecordingSink();
                sink.reception = reception;
                WebSocketProtocol engine =
                        new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(9, 9), List.of(), sink);
                engine.receive(
                        ByteBuffer.wrap(hex("81 15 cebae1bdb9cf83cebcceb5 f4"))); // Autobahn 6.4.3: 21 octets declared
                assertEquals(List.of(), sink.events);
                engine.receive(ByteBuffer.wrap(hex("90")));
                assertFails(1007, "text is not UTF-8 at byte 12 (RFC 6455 8.1)", sink.events);
                assertTrue(engine.isFinished());
            }
        }

        @Test
        void partsAreCutBetweenCodePoints() {
            RecordingSink sink = Receiver.as(Role.CLIENT)
                    .taking(s -> s.reception = MessageSink.Reception.PARTS)
                    .piecesOf(hex("81 07 61 e282ac 62 c3a4"), 1);
            assertEquals(List.of("a", "\u20ac", "b", "\u00e4 last"), sink.parts);
        }
    }

    @Nested
    class Section10_4_Limits {
        private Receiver limited(long limit) {
            return Receiver.as(Role.CLIENT).taking(sink -> sink.limit = limit);
        }

        @Test
        void declaredLengthOverTheLimitIsRefusedOnTheHeader() {
            assertFails(
                    1009,
                    "text message of 75508 bytes exceeds the limit of 65536",
                    limited(65536).everyWay(hex("81 7f 00000000000126f4")));
            assertFails(
                    1009,
                    "binary message of at least 4294967297 bytes exceeds the limit of 65536",
                    limited(65536).everyWay(hex("02 7f 0000000100000001")));
        }

        @Test
        void fragmentsAreSummedUp() {
            assertFails(
                    1009,
                    "text message of 11 bytes exceeds the limit of 10",
                    limited(10).everyWay(hex("01 06 616263646566 80 05"), new byte[5]));
            assertFails(
                    1009,
                    "binary message of 9223372036854775807 bytes exceeds the limit of 10",
                    limited(10).everyWay(hex("02 06 616263646566 80 7f 7fffffffffffffff")));
        }

        @Test
        void aMessageJustAtTheLimitIsTaken() {
            assertEquals(List.of("text abcdefghij"), limited(10).everyWay(hex("81 0a 6162636465666768696a")));
            assertEquals(List.of("text abcdefghij"), limited(10).everyWay(hex("01 05 6162636465 80 05 666768696a")));
            assertEquals(List.of("text "), limited(0).everyWay(hex("81 00")));
        }

        @Test
        void emptyFragmentsAreCounted() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(new ProtocolLimits(2, 100));
            assertEquals(List.of("text "), receiver.everyWay(hex("01 00 00 00 80 00")));
            assertFails(
                    1008, "text message of more than 2 empty fragments", receiver.everyWay(hex("01 00 00 00 00 00")));
        }

        @Test
        void fragmentsAreCounted() {
            Receiver receiver = Receiver.as(Role.CLIENT).with(new ProtocolLimits(0, 3));
            assertEquals(List.of("text abc", "text "), receiver.everyWay(hex("01 01 61 00 01 62 80 01 63 81 00")));
            assertFails(
                    1008,
                    "text message of more than 3 fragments",
                    receiver.everyWay(hex("01 01 61 00 01 62 00 01 63 80 01 64")));
        }

        @Test
        void limitsThatMakeNoSenseAreRefused() {
            assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(0, 0));
        }
    }
}
