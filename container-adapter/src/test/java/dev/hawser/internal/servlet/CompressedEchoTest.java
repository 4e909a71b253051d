package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A slice of sections 12 and 13 of the Autobahn test suite over real sockets, through the whole product: a client of
 * java.util.zip and literal frames sends each kind of payload in several sizes and fragments, and reads the echo. All
 * cells, in memory: {@code DeflateMatrixTest}.
 */
class CompressedEchoTest {
    private static final int MESSAGES = 10;
    private static final int LARGEST = 128 * 1024;

    private static EmbeddedServer server;

    /** Compresses all it can, and keeps its history. */
    @ServerEndpoint("/echo")
    @EndpointSettings({"compressionContextTakeover=true", "compressionMinSize=1", "compressionPeerWindowBits=9"})
    public static class Echo {
        @OnMessage(maxMessageSize = LARGEST)
        public String echo(String text) {
            return text;
        }

        @OnMessage(maxMessageSize = LARGEST)
        public byte[] echo(byte[] bytes) {
            return bytes;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new EmbeddedServer("/", Echo.class).start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private enum Kind {
        SHORT_TEXT,
        LONG_TEXT,
        JSON,
        COMPRESSIBLE,
        NOISE
    }

    private static byte[] payload(Kind kind, int size, Random random) {
        byte[] octets = new byte[size];
        random.nextBytes(octets);
        String words = switch (kind) {
            case SHORT_TEXT -> "sch\u00F6n, %d \u20AC\n";
            case LONG_TEXT -> "the %dth captain and his anchor on the current of the tide, ";
            case JSON -> "{\"id\":%d,\"symbol\":\"HWSR\",\"active\":true}\n";
            case COMPRESSIBLE, NOISE -> "";
        };
        if (words.isEmpty()) {
            for (int i = 64; i < size && kind == Kind.COMPRESSIBLE; i++) {
                octets[i] = octets[i - 64];
            }
            return octets;
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < size) {
            text.append(words.formatted(random.nextInt(1000)));
        }
        byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
        int end = size;
        while (end > 0 && end < all.length && (all[end] & 0xC0) == 0x80) {
            end--; // not inside a code point
        }
        Arrays.fill(octets, (byte) '.');
        System.arraycopy(all, 0, octets, 0, end);
        return octets;
    }

    /** RFC 7692 7.2.1; a window of 9 bits is kept by giving each such piece to a deflater that is as new. */
    private static byte[] deflated(Deflater deflater, byte[] message, boolean forgets, boolean smallWindow) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] buffer = new byte[2 * LARGEST];
        int piece = smallWindow ? 1 << 9 : LARGEST;
        for (int at = 0; at < message.length; at += piece) {
            if (forgets || smallWindow) {
                deflater.reset();
            }
            deflater.setInput(message, at, Math.min(piece, message.length - at));
            stream.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH));
        }
        byte[] all = stream.toByteArray();
        return Arrays.copyOf(all, all.length - 4);
    }

    /** RFC 7692 7.2.2. */
    private static byte[] inflated(Inflater inflater, byte[] payload, boolean forgets) throws Exception {
        if (forgets) {
            inflater.reset();
        }
        byte[] stream = Arrays.copyOf(payload, payload.length + 4);
        stream[stream.length - 2] = (byte) 0xFF;
        stream[stream.length - 1] = (byte) 0xFF;
        inflater.setInput(stream);
        byte[] out = new byte[LARGEST + 1];
        int count = inflater.inflate(out);
        return Arrays.copyOf(out, count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=9; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=8; server_no_context_takeover",
                "permessage-deflate; server_max_window_bits=12",
                "permessage-deflate; server_max_window_bits=15; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=7, permessage-deflate; server_no_context_takeover",
            })
    void everyKindOfPayloadComesBackAsItWas(String offer) throws Exception {
        Random random = new Random(offer.hashCode());
        Deflater deflater = new Deflater(6, true);
        Inflater inflater = new Inflater(true);
        try (RawClient raw = new RawClient(server.port())) {
            raw.send(RawClient.handshake("/echo", "Sec-WebSocket-Extensions: " + offer));
            raw.readHead();
            String answer = raw.upgraded().head();
            assertTrue(answer.contains("permessage-deflate"), answer);
            boolean weForget = answer.contains("client_no_context_takeover");
            boolean itForgets = answer.contains("server_no_context_takeover");
            boolean smallWindow = answer.contains("client_max_window_bits=9");
            assertEquals(offer.contains("client_max_window_bits"), smallWindow, answer);
            for (Kind kind : Kind.values()) {
                boolean text = kind == Kind.SHORT_TEXT || kind == Kind.LONG_TEXT || kind == Kind.JSON;
                int opcode = text ? 1 : 2;
                for (int[] cell : new int[][] {{16, 16}, {1024, 100}, {16_384, 16_384}, {LARGEST, 4096}}) {
                    for (int i = 0; i < MESSAGES; i++) {
                        byte[] message = payload(kind, cell[0], random);
                        byte[] sent = deflated(deflater, message, weForget, smallWindow);
                        for (int at = 0; at < sent.length; at += cell[1]) {
                            int end = Math.min(sent.length, at + cell[1]);
                            int first = (at == 0 ? 0x40 | opcode : 0) | (end == sent.length ? 0x80 : 0);
                            raw.sendFrame(first, Arrays.copyOfRange(sent, at, end));
                        }
                        RawClient.Frame echo = raw.readFrame();
                        assertEquals(0x80 | opcode, echo.first() & 0xBF, "FIN and the opcode");
                        boolean plain = (echo.first() & 0x40) == 0;
                        assertTrue(!plain || itForgets, "a history that is kept has every message");
                        byte[] payload = plain ? echo.payload() : inflated(inflater, echo.payload(), itForgets);
                        assertArrayEquals(message, payload, kind + " of " + cell[0]);
                    }
                }
            }
        } finally {
            deflater.end();
            inflater.end();
        }
    }
}
