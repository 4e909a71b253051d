package dev.hawser.internal.protocol.deflate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolPair;
import dev.hawser.internal.protocol.Receiver;
import dev.hawser.internal.protocol.RecordingSink;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression and decompression (RFC 7692 7.2), and that what was agreed is kept. */
class PerMessageDeflateTest {
    private final DeflateCodecs codecs = new DeflateCodecs(2);

    @AfterEach
    void nativeMemoryIsGivenBackOnEveryPath() {
        codecs.close();
        assertEquals(0, codecs.liveDeflaters(), "deflaters");
        assertEquals(0, codecs.liveInflaters(), "inflaters");
    }

    private InboundExtension inflater(boolean takeover) {
        return new MessageInflater(codecs, takeover ? new History(15) : null);
    }

    private MessageDeflater deflater(boolean takeover, int windowBits) {
        return new MessageDeflater(codecs, new DeflatePolicy(-1, 0, takeover, true, 15), takeover, windowBits);
    }

    private Receiver receiver(boolean takeover) {
        return Receiver.as(Role.CLIENT).with(() -> List.of(inflater(takeover)));
    }

    private static byte[] message(OutboundExtension.Encoded encoded) {
        return Arrays.copyOfRange(encoded.bytes(), encoded.offset(), encoded.offset() + encoded.length());
    }

    @Nested
    class Section7_2_3_Examples {
        @Test
        void oneBlock() {
            assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.hex("c1 07 f248cdc9c90700")));
        }

        @Test
        void oneBlockInTwoFragments() {
            assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.hex("41 03 f248cd 80 04 c9c90700")));
        }

        @Test
        void controlFramesBetweenTheFragments() {
            assertEquals(
                    List.of("ping ", "text Hello"),
                    receiver(false).everyWay(Wire.hex("41 03 f248cd 89 00 80 04 c9c90700")));
        }

        @Test
        void slidingWindowShared() {
            assertEquals(
                    List.of("text Hello", "text Hello"),
                    receiver(true).everyWay(Wire.hex("c1 07 f248cdc9c90700 c1 05 f200110000")));
        }

        @Test
        void slidingWindowSharedThatWasNotAgreed() {
            List<String> events = receiver(false).everyWay(Wire.hex("c1 07 f248cdc9c90700 c1 05 f200110000"));
            assertEquals("text Hello", events.get(0));
            assertTrue(events.get(1).startsWith("violation 1007 compressed payload is not DEFLATE"), events.get(1));
        }

        @Test
        void blockWithoutCompression() {
            assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.hex("c1 0b 000500faff48656c6c6f00")));
        }

        @Test
        void blockWithBfinal() {
            assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.hex("c1 08 f348cdc9c9070000")));
            assertEquals(
                    List.of("text Hello", "text Hello"),
                    receiver(true).everyWay(Wire.hex("c1 08 f348cdc9c9070000 c1 08 f348cdc9c9070000")));
        }

        @Test
        void twoBlocks() {
            assertEquals(List.of("text Hello"), receiver(true).everyWay(Wire.hex("c1 0d f248050000 00ffffcac9c90700")));
        }

        @Test
        void emptyMessage() {
            assertEquals(List.of("text "), receiver(true).everyWay(Wire.hex("c1 01 00")));
        }

        @Test
        void compressedAndPlainMessagesMayBeMixed() {
            assertEquals(
                    List.of("text Hello", "text a", "text Hello", "text bc"),
                    receiver(true)
                            .everyWay(Wire.hex("c1 07 f248cdc9c90700 81 01 61 c1 05 f200110000 01 01 62 80 01 63")));
        }

        @Test
        void whatWeSendIsTheExampleOfTheRfcOrShorter() {
            MessageDeflater deflater = deflater(true, 15);
            assertEquals(
                    "f2 48 cd c9 c9 07 00",
                    Wire.hex(message(deflater.encode(Opcode.TEXT, true, Wire.utf8("Hello"), 0, 5))));
            // the RFC has a literal and a match of four octets, f2 00 11 00 00; this is one match of all five
            assertEquals(
                    "02 13 00 00", Wire.hex(message(deflater.encode(Opcode.TEXT, true, Wire.utf8("Hello"), 0, 5))));
            deflater.close();
        }
    }

    @Nested
    class Section7_2_3_6_EmptyFragments {
        @Test
        void anEmptyMessageIsOneOctet() {
            for (int bits : new int[] {8, 15}) {
                MessageDeflater deflater = deflater(true, bits);
                for (int i = 0; i < 3; i++) {
                    assertEquals("00", Wire.hex(message(deflater.encode(Opcode.TEXT, true, new byte[0], 0, 0))));
                }
                deflater.close();
            }
        }

        @Test
        void anEmptyLastFragmentEndsTheMessage() {
            MessageDeflater deflater = deflater(false, 15);
            byte[] first = message(deflater.encode(Opcode.TEXT, false, Wire.utf8("Hello"), 0, 5));
            byte[] middle = message(deflater.encode(Opcode.CONTINUATION, false, new byte[0], 0, 0));
            byte[] last = message(deflater.encode(Opcode.CONTINUATION, true, new byte[0], 0, 0));
            assertEquals("f2 48 cd c9 c9 07 00 00 00 ff ff", Wire.hex(first));
            assertEquals("", Wire.hex(middle));
            assertEquals("00", Wire.hex(last));
            assertEquals("Hello", new String(new DeflateReader().message(Wire.join(first, middle, last)), UTF_8));
        }
    }

    @Nested
    class RoundTrips {
        private ProtocolPair pair(Role sender, DeflatePolicy client, DeflatePolicy server, String offer)
                throws RemoteProtocolException {
            PerMessageDeflate forClient = new PerMessageDeflate(client, codecs);
            PerMessageDeflate forServer = new PerMessageDeflate(server, codecs);
            List<ExtensionOffer> offers = offer.isEmpty() ? forClient.offers() : List.of(parse(offer));
            NegotiatedExtension accepted =
                    ExtensionNegotiation.accept(List.of(forServer), offers).get(0);
            NegotiatedExtension confirmed = ExtensionNegotiation.confirm(
                            List.of(forClient), List.of(accepted.response()))
                    .get(0);
            Random random = new Random(1);
            return new ProtocolPair(
                    sender == Role.CLIENT ? 1 : 2,
                    new ProtocolPair.End(
                            Role.CLIENT,
                            random,
                            List.of(confirmed.inbound().get()),
                            List.of(confirmed.outbound().get())),
                    new ProtocolPair.End(
                            Role.SERVER,
                            random,
                            List.of(accepted.inbound().get()),
                            List.of(accepted.outbound().get())));
        }

        private ExtensionOffer parse(String offer) {
            return new ExtensionOffer(
                    DeflateParameters.NAME,
                    Arrays.stream(offer.split(";"))
                            .filter(p -> !p.isEmpty())
                            .map(p -> p.split("="))
                            .map(p -> new ExtensionOffer.Parameter(p[0], p.length == 1 ? null : p[1]))
                            .toList());
        }

        /** Takeover of client, of server; the windows of client and server; smallest size to compress. */
        @ParameterizedTest
        @CsvSource({
            "false, false, 15, 15, 0",
            "true, true, 15, 15, 0",
            "true, false, 15, 15, 1024",
            "false, true, 15, 15, 100",
            "true, true, 8, 8, 0",
            "true, true, 9, 12, 0",
            "false, false, 8, 10, 0",
            "false, false, 14, 9, 0",
        })
        void whatIsSentArrives(boolean clientKeeps, boolean serverKeeps, int clientBits, int serverBits, int minSize)
                throws RemoteProtocolException {
            for (Role sender : Role.values()) {
                for (MessageSink.Reception reception :
                        List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
                    DeflatePolicy client = new DeflatePolicy(-1, minSize, clientKeeps, true, serverBits);
                    DeflatePolicy server = new DeflatePolicy(-1, minSize, serverKeeps, true, clientBits);
                    ProtocolPair pair = pair(sender, client, server, "");
                    RecordingSink sink = pair.end(Wire.other(sender)).received;
                    sink.reception = reception;
                    Random random = new Random(clientBits);
                    List<String> expected = new ArrayList<>();
                    for (Samples.Kind kind : Samples.Kind.values()) {
                        for (int i = 0; i < 12; i++) {
                            int size = i == 0 ? 0 : 1 + random.nextInt(i < 10 ? 5000 : 131_072);
                            byte[] message = Samples.of(kind, size, random.nextLong());
                            int fragment = random.nextBoolean() ? size + 1 : 1 + random.nextInt(size + 1);
                            pair.sendMessage(sender, Opcode.BINARY, message, Math.max(fragment, size / 1000 + 1));
                            expected.add(RecordingSink.binary(message));
                        }
                    }
                    assertEquals(expected, sink.events);
                    pair.close();
                }
            }
        }

        @Test
        void aSharedResultIsTheSameWhateverWentBefore() {
            MessageDeflater one = deflater(false, 15);
            MessageDeflater other = deflater(false, 15);
            assertEquals(one.sharingKey(), other.sharingKey());
            assertNotNull(one.sharingKey());
            assertNull(deflater(true, 15).sharingKey());
            byte[] message = Samples.of(Samples.Kind.JSON, 2000, 1);
            byte[] before = Samples.of(Samples.Kind.PROSE, 3000, 1);
            String first = Wire.hex(message(one.encode(Opcode.TEXT, true, message, 0, 2000)));
            other.encode(Opcode.TEXT, true, before, 0, 3000);
            assertEquals(first, Wire.hex(message(other.encode(Opcode.TEXT, true, message, 0, 2000))));
        }
    }

    @Nested
    class Section7_1_2_WindowBits {
        @ParameterizedTest
        @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
        void noBackReferenceIsLongerThanTheWindow(int bits) {
            for (boolean takeover : new boolean[] {false, true}) {
                for (Samples.Kind kind : Samples.Kind.values()) {
                    MessageDeflater deflater = deflater(takeover, bits);
                    DeflateReader reader = new DeflateReader();
                    Random random = new Random(bits);
                    for (int i = 0; i < 20; i++) {
                        byte[] message = Samples.of(kind, 1 + random.nextInt(i < 15 ? 3000 : 100_000), i % 3);
                        OutboundExtension.Encoded encoded =
                                deflater.encode(Opcode.BINARY, true, message, 0, message.length);
                        if (encoded.rsv() != 0) {
                            assertEquals(Wire.hex(message), Wire.hex(reader.message(message(encoded))));
                        }
                    }
                    assertTrue(reader.longestDistance() <= 1 << bits, reader.longestDistance() + " for " + bits);
                    boolean text = kind == Samples.Kind.JSON || kind == Samples.Kind.PROSE;
                    boolean used = !text || reader.longestDistance() > (1 << bits) / 2;
                    assertTrue(used, "a test that proves nothing: " + reader.longestDistance() + " for " + bits);
                    deflater.close();
                }
            }
        }

        @Test
        void fragmentsShareTheWindow() {
            for (int bits : new int[] {8, 10, 15}) {
                MessageDeflater deflater = deflater(false, bits);
                DeflateReader reader = new DeflateReader();
                byte[] message = Samples.of(Samples.Kind.JSON, 50_000, 1);
                byte[] wire = new byte[0];
                for (int at = 0; at < message.length; at += 700) {
                    int length = Math.min(700, message.length - at);
                    Opcode opcode = at == 0 ? Opcode.TEXT : Opcode.CONTINUATION;
                    wire = Wire.join(
                            wire, message(deflater.encode(opcode, at + length == message.length, message, at, length)));
                }
                assertEquals(Wire.hex(message), Wire.hex(reader.message(wire)));
                assertTrue(reader.longestDistance() <= 1 << bits);
            }
        }
    }

    @Nested
    class NativeMemory {
        @Test
        void nothingIsHeldBetweenMessages() {
            byte[] message = Samples.of(Samples.Kind.JSON, 2000, 1);
            List<MessageDeflater> deflaters = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                MessageDeflater deflater = deflater(false, 15);
                deflater.encode(Opcode.TEXT, true, message, 0, message.length);
                deflaters.add(deflater);
                assertEquals(List.of("text Hello"), receiver(true).inPieces(Wire.hex("c1 07 f248cdc9c90700"), 2));
            }
            assertEquals(1, codecs.liveDeflaters());
            assertEquals(1, codecs.liveInflaters());
            deflaters.forEach(MessageDeflater::close);
        }

        @Test
        void contextTakeoverKeepsADeflaterUntilTheEnd() {
            byte[] message = Samples.of(Samples.Kind.JSON, 2000, 1);
            List<MessageDeflater> deflaters = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                MessageDeflater deflater = deflater(true, 15);
                assertEquals(i, codecs.liveDeflaters(), "lazily made");
                deflater.encode(Opcode.TEXT, true, message, 0, message.length);
                deflaters.add(deflater);
            }
            assertEquals(10, codecs.liveDeflaters());
            deflaters.forEach(MessageDeflater::close);
            deflaters.forEach(MessageDeflater::close);
            assertEquals(2, codecs.liveDeflaters(), "the pool keeps two");
        }

        @ParameterizedTest
        @EnumSource(Role.class)
        void aMessageCutShortGivesItsInflaterBack(Role role) {
            byte[] frame = Wire.frame(Wire.other(role), 0x41, Wire.hex("f248cd"));
            for (int i = 0; i < 5; i++) {
                Receiver.as(role).with(() -> List.of(inflater(true))).inPieces(frame, 4);
            }
            assertEquals(1, codecs.liveInflaters());
        }

        @Test
        void whatComesBackAfterTheEndIsEnded() {
            MessageDeflater deflater = deflater(true, 15);
            deflater.encode(Opcode.TEXT, true, new byte[500], 0, 500);
            codecs.close();
            assertEquals(1, codecs.liveDeflaters());
            deflater.close();
            assertEquals(0, codecs.liveDeflaters());
        }
    }

    @Nested
    class Policy {
        @ParameterizedTest
        @ValueSource(ints = {-1, 1, 2, 3, 4, 5, 6, 7, 8, 9})
        void everyLevelCompressesFromTheFirstMessageOn(int level) {
            for (int i = 0; i < 3; i++) {
                DeflatePolicy policy = new DeflatePolicy(level, 0, false, true, 15);
                MessageDeflater deflater = new MessageDeflater(codecs, policy, false, 15);
                byte[] message = Samples.of(Samples.Kind.JSON, 1000, i);
                OutboundExtension.Encoded encoded = deflater.encode(Opcode.TEXT, true, message, 0, 1000);
                assertTrue(encoded.length() < 600, "length " + encoded.length());
                assertEquals(Wire.hex(message), Wire.hex(new DeflateReader().message(message(encoded))));
            }
        }

        @Test
        void smallMessagesAreSentAsTheyAre() {
            MessageDeflater deflater =
                    new MessageDeflater(codecs, new DeflatePolicy(-1, 1024, false, true, 15), false, 15);
            byte[] message = Samples.of(Samples.Kind.JSON, 1024, 1);
            assertEquals(0, deflater.encode(Opcode.TEXT, true, message, 0, 1023).rsv());
            assertEquals(0, codecs.liveDeflaters());
            assertEquals(4, deflater.encode(Opcode.TEXT, true, message, 0, 1024).rsv());
        }

        @Test
        void whatDoesNotCompressIsSentAsItIs() {
            byte[] noise = Samples.of(Samples.Kind.NOISE, 5000, 1);
            OutboundExtension.Encoded encoded = deflater(false, 15).encode(Opcode.BINARY, true, noise, 0, 5000);
            assertEquals(0, encoded.rsv());
            assertEquals(5000, encoded.length());
            MessageDeflater keeping = deflater(true, 15);
            assertEquals(4, keeping.encode(Opcode.BINARY, true, noise, 0, 5000).rsv(), "the history waits for it");
            keeping.close();
        }
    }
}
