package dev.hawser.internal.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.conformance.Conformance;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.ProtocolPair;
import dev.hawser.internal.protocol.RecordingSink;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.Wire;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Payload kinds, message sizes, fragment sizes and parameter sets, as sections 12 and 13 of the Autobahn test suite
 * have them, which the edition on Maven Central lacks. In memory, between our two engines, with a peer of java.util.zip
 * that reads along; and from that peer to ours. Profile {@code deflate-matrix} sends 1,000 messages in each cell of the
 * suite's parameter sets, as the suite does, and a tenth of that with the parameters that the suite does not know; up
 * to {@code -Dhawser.deflate.largest}.
 */
class DeflateMatrixTest {
    private static final int FEW = 2; // the second has the context of the first
    private static final int MESSAGES = Integer.getInteger("hawser.deflate.messages", FEW);
    private static final int MESSAGES_BESIDE_THE_SUITE = Math.max(FEW, MESSAGES / 10);
    /** The largest messages that the peer sends, too, unless more messages are asked for. */
    private static final int MODERATE = 16_384;

    /** The methods here run so many sets of parameters; profile deflate-matrix, with so many messages of that size. */
    private static final int ALL = 13 + 2 * 12 + 2;

    private static final int MANY = 1_000;
    private static final int WHOLE = 131_072;
    private static final AtomicInteger passed = new AtomicInteger();

    private static final int LARGEST = Integer.getInteger("hawser.deflate.largest", 131_072);

    private static final int[][] SIZE_AND_FRAGMENT = {
        {16, 0},
        {64, 0},
        {256, 0},
        {1024, 0},
        {4096, 0},
        {8192, 0},
        {16384, 0},
        {32768, 0},
        {65536, 0},
        {131072, 0},
        {8192, 256},
        {16384, 256},
        {32768, 256},
        {65536, 256},
        {131072, 256},
        {131072, 1024},
        {131072, 4096},
        {131072, 32768}
    };

    private final DeflateCodecs codecs = new DeflateCodecs();
    private final Random random = new Random(1213);
    private long payload;
    private long wire;

    @AfterEach
    void nativeMemoryIsGivenBack() {
        codecs.close();
        assertEquals(0, codecs.liveDeflaters(), "deflaters");
        assertEquals(0, codecs.liveInflaters(), "inflaters");
    }

    @AfterAll
    static void recordIfAllOfItPassed() {
        if (passed.get() == ALL && MESSAGES >= MANY && LARGEST >= WHOLE) {
            Conformance.record("RFC 7692 matrix", "", ALL + " sets of parameters, 90 cells each, nothing differs");
        }
    }

    @ParameterizedTest(name = "{0} [{1}]")
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER | permessage-deflate",
                "CLIENT | permessage-deflate",
                "SERVER | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "CLIENT | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "SERVER | permessage-deflate; server_max_window_bits=9",
                "CLIENT | permessage-deflate; client_max_window_bits=9",
                "SERVER | permessage-deflate; server_max_window_bits=15",
                "CLIENT | permessage-deflate; client_max_window_bits=15",
                "SERVER | permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
                "CLIENT | permessage-deflate; client_no_context_takeover; client_max_window_bits=9",
                "SERVER | permessage-deflate; server_no_context_takeover; server_max_window_bits=15",
                "CLIENT | permessage-deflate; client_no_context_takeover; client_max_window_bits=15",
                "SERVER | permessage-deflate; server_no_context_takeover; server_max_window_bits=9,"
                        + " permessage-deflate; server_no_context_takeover, permessage-deflate",
            })
    void theParameterSetsOfSection13(Role sender, String offer) throws Exception {
        everyCell(sender, offer, MESSAGES);
    }

    static Stream<String> otherWindows() {
        return IntStream.of(8, 10, 11, 12, 13, 14)
                .boxed()
                .flatMap(bits -> Stream.of("", "; %s_no_context_takeover")
                        .map(takeover -> "permessage-deflate; %s_max_window_bits=" + bits + takeover));
    }

    @ParameterizedTest
    @MethodSource("otherWindows")
    void theWindowsThatSection13DoesNotKnow(String offer) throws Exception {
        everyCell(Role.SERVER, offer.replace("%s", "server"), MESSAGES_BESIDE_THE_SUITE);
        everyCell(Role.CLIENT, offer.replace("%s", "client"), MESSAGES_BESIDE_THE_SUITE);
    }

    /** A client that forgets while its server does not, and the other way round. */
    @ParameterizedTest
    @CsvSource({"SERVER, client", "CLIENT, server"})
    void oneSideForgets(Role sender, String forgetful) throws Exception {
        everyCell(sender, "permessage-deflate; " + forgetful + "_no_context_takeover", MESSAGES_BESIDE_THE_SUITE);
    }

    private void everyCell(Role sender, String offer, int messages) throws Exception {
        long start = System.nanoTime();
        NegotiatedExtension server = accepted(offer);
        NegotiatedExtension client = confirmed(server);
        for (Samples.Kind kind : Samples.Kind.values()) {
            for (int[] cell : SIZE_AND_FRAGMENT) {
                if (cell[0] <= LARGEST) {
                    cell(sender, client, server, kind, cell[0], cell[1] == 0 ? cell[0] : cell[1], messages);
                }
            }
        }
        assertTrue(wire < payload / 2, "compressed: " + wire + " of " + payload);
        passed.incrementAndGet();
        if (MESSAGES > FEW) {
            System.out.printf(
                    "%s sends, %s: %d messages in each cell, %d MB as %d MB, %d s%n",
                    sender, offer, messages, payload >> 20, wire >> 20, (System.nanoTime() - start) / 1_000_000_000);
        }
    }

    private void cell(
            Role sender,
            NegotiatedExtension client,
            NegotiatedExtension server,
            Samples.Kind kind,
            int size,
            int fragment,
            int messages)
            throws Exception {
        String agreed = server.response().toString();
        String side = sender == Role.SERVER ? "server" : "client";
        boolean keeps = !agreed.contains(side + "_no_context_takeover");
        int window = agreed.contains(side + "_max_window_bits")
                ? Integer.parseInt(agreed.replaceAll(".*" + side + "_max_window_bits=(\\d+).*", "$1"))
                : 15;
        Opcode opcode = kind.isText() ? Opcode.TEXT : Opcode.BINARY;
        ProtocolPair ours = pair(client, server);
        ProtocolPair fromReference = pair(client, server);
        byte[] source = Samples.of(kind, 2 * size, random.nextLong());
        try (ReferencePeer reading = new ReferencePeer(Wire.other(sender), keeps, window);
                ReferencePeer sending = new ReferencePeer(sender, keeps, window)) {
            byte[][] read = new byte[1][0];
            ours.tap = frame -> {
                try {
                    read[0] = reading.received(frame);
                } catch (java.util.zip.DataFormatException e) {
                    throw new AssertionError(e);
                }
            };
            for (int i = 0; i < messages; i++) {
                byte[] message = cut(kind, source, size);
                String expected = kind.isText()
                        ? RecordingSink.text(new String(message, StandardCharsets.UTF_8))
                        : RecordingSink.binary(message);
                ours.sendMessage(sender, opcode, message, fragment);
                assertReceived(expected, ours.end(Wire.other(sender)).received);
                assertArrayEquals(message, read[0], "what java.util.zip reads");
                if (size <= MODERATE || MESSAGES > FEW) {
                    byte[] frames = sending.frames(opcode.code(), message, fragment);
                    fromReference.deliver(Wire.other(sender), ByteBuffer.wrap(frames));
                    assertReceived(expected, fromReference.end(Wire.other(sender)).received);
                }
                payload += kind == Samples.Kind.NOISE ? 0 : size;
            }
        }
        wire += kind == Samples.Kind.NOISE ? 0 : ours.bytesOnTheWire;
        ours.close();
        fromReference.close();
    }

    private static void assertReceived(String expected, RecordingSink sink) {
        assertEquals(1, sink.events.size(), () -> "events " + sink.events);
        assertEquals(expected, sink.events.get(0));
        sink.events.clear();
    }

    /** A part of the source; what it has of code points that are cut at its ends is made full stops. */
    private byte[] cut(Samples.Kind kind, byte[] source, int size) {
        int at = random.nextInt(size + 1);
        byte[] message = Arrays.copyOfRange(source, at, at + size);
        if (kind.isText()) {
            for (int i = 0; i < size && (message[i] & 0xC0) == 0x80; i++) {
                message[i] = '.';
            }
            int last = size - 1;
            while (last > 0 && (message[last] & 0xC0) == 0x80) {
                last--;
            }
            int octets = Math.max(1, Integer.numberOfLeadingZeros(~message[last] << 24));
            if (last + octets > size) {
                Arrays.fill(message, last, size, (byte) '.');
            }
        }
        return message;
    }

    private NegotiatedExtension accepted(String offer) throws Exception {
        // the policy keeps whatever the parameters let it keep, and asks the client for the window that it offers
        int asked = offer.contains("client_max_window_bits")
                ? Integer.parseInt(offer.replaceAll(".*client_max_window_bits=(\\d+).*", "$1"))
                : 15;
        PerMessageDeflate extension = new PerMessageDeflate(new DeflatePolicy(1, 0, true, true, asked), codecs);
        List<ExtensionOffer> offers = ExtensionHeader.parse(List.of(offer));
        return ExtensionNegotiation.accept(List.of(extension), offers).get(0);
    }

    private NegotiatedExtension confirmed(NegotiatedExtension server) throws Exception {
        PerMessageDeflate extension = new PerMessageDeflate(new DeflatePolicy(1, 0, true, true, 15), codecs);
        List<ExtensionOffer> answer = List.of(server.response());
        return ExtensionNegotiation.confirm(List.of(extension), answer).get(0);
    }

    private static ProtocolPair pair(NegotiatedExtension client, NegotiatedExtension server) {
        Random keys = new Random(13);
        return new ProtocolPair(
                12,
                new ProtocolPair.End(
                        Role.CLIENT,
                        keys,
                        List.of(client.inbound().get()),
                        List.of(client.outbound().get())),
                new ProtocolPair.End(
                        Role.SERVER,
                        keys,
                        List.of(server.inbound().get()),
                        List.of(server.outbound().get())));
    }
}
