package dev.hawser.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.protocol.ExtensionNegotiation;
import dev.hawser.protocol.ExtensionOffer;
import dev.hawser.protocol.ExtensionOffer.Parameter;
import dev.hawser.protocol.NegotiatedExtension;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.ProtocolPair;
import dev.hawser.protocol.RecordingSink;
import dev.hawser.protocol.Role;
import dev.hawser.protocol.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Payload kinds, message sizes, fragment sizes and parameter sets, as sections 12 and 13 of the Autobahn test suite have them, which the
 * edition on Maven Central lacks. Between the engines in memory; {@code -Dhawser.deflate.messages=1000} sends as many as the suite does.
 */
class DeflateMatrixTest {
    private static final int MESSAGES = Integer.getInteger("hawser.deflate.messages", 10);
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

    private static ExtensionOffer element(String parameters) {
        List<Parameter> list = Arrays.stream(parameters.split(";"))
                .filter(p -> !p.isEmpty())
                .map(p -> p.split("="))
                .map(p -> new Parameter(p[0], p.length == 1 ? null : p[1]))
                .toList();
        return new ExtensionOffer(DeflateParameters.NAME, list);
    }

    /** The parameter sets of section 13: what the client offers. */
    @ParameterizedTest(name = "{0} [{1}]")
    @CsvSource({
        "CLIENT, ''",
        "SERVER, ''",
        "CLIENT, server_no_context_takeover;client_no_context_takeover",
        "SERVER, server_no_context_takeover;client_no_context_takeover",
        "SERVER, server_max_window_bits=9",
        "SERVER, server_max_window_bits=15",
        "SERVER, server_no_context_takeover;server_max_window_bits=9",
        "SERVER, server_no_context_takeover;server_max_window_bits=15",
        "CLIENT, client_max_window_bits=9",
        "CLIENT, client_no_context_takeover;client_max_window_bits=9",
    })
    void everyMessageArrives(Role sender, String offer) throws Exception {
        Random random = new Random(offer.hashCode());
        long payload = 0;
        long wire = 0;
        try (DeflateCodecs codecs = new DeflateCodecs()) {
            for (Samples.Kind kind : Samples.Kind.values()) {
                for (int[] cell : SIZE_AND_FRAGMENT) {
                    ProtocolPair pair = pair(codecs, offer);
                    RecordingSink sink = pair.end(Wire.other(sender)).received;
                    byte[] source = Samples.of(kind, 2 * cell[0], random.nextLong());
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < MESSAGES; i++) {
                        int at = random.nextInt(cell[0] + 1);
                        byte[] message = Arrays.copyOfRange(source, at, at + cell[0]);
                        pair.sendMessage(sender, Opcode.BINARY, message, cell[1] == 0 ? cell[0] : cell[1]);
                        expected.add(RecordingSink.binary(message));
                        payload += kind == Samples.Kind.NOISE ? 0 : message.length;
                    }
                    assertEquals(expected, sink.events, () -> kind + " " + Arrays.toString(cell));
                    wire += kind == Samples.Kind.NOISE ? 0 : pair.bytesOnTheWire;
                    pair.close();
                }
            }
        }
        assertTrue(wire < payload, "compressed: " + wire + " of " + payload);
    }

    private static ProtocolPair pair(DeflateCodecs codecs, String offer) throws Exception {
        // the policy keeps whatever the parameters let it keep, and the smaller window where the client may be asked
        // for one
        int clientBits = offer.contains("client_max_window_bits=9") ? 9 : 15;
        PerMessageDeflate extension = new PerMessageDeflate(new DeflatePolicy(1, 0, true, true, clientBits), codecs);
        NegotiatedExtension server = ExtensionNegotiation.accept(List.of(extension), List.of(element(offer)))
                .get(0);
        PerMessageDeflate forClient = new PerMessageDeflate(new DeflatePolicy(1, 0, true, true, 15), codecs);
        NegotiatedExtension client = ExtensionNegotiation.confirm(List.of(forClient), List.of(server.response()))
                .get(0);
        Random random = new Random(13);
        return new ProtocolPair(
                12,
                new ProtocolPair.End(
                        Role.CLIENT,
                        random,
                        List.of(client.inbound().get()),
                        List.of(client.outbound().get())),
                new ProtocolPair.End(
                        Role.SERVER,
                        random,
                        List.of(server.inbound().get()),
                        List.of(server.outbound().get())));
    }
}
