package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.server.EndpointServerContainer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compressed messages between a client and a server over a real socket: what is on the wire, the settings, the limits,
 * native memory.
 */
class CompressionTest {
    private static final int FIN_RSV1_TEXT = 0xC1;
    private static final int FIN_TEXT = 0x81;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final String LONG = "the quick brown fox jumps over the lazy dog; ".repeat(100);

    /** With the default settings. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnMessage
        public byte[] echo(byte[] bytes) {
            return bytes;
        }
    }

    @ServerEndpoint("/keeping")
    @EndpointSettings({"compressionContextTakeover=true", "compressionMinSize=1"})
    public static class Keeping {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @ServerEndpoint("/partly")
    public static class Partly {
        @OnMessage
        public void echo(String text, Session session) throws java.io.IOException {
            session.getBasicRemote().sendText(text.substring(0, 5), false);
            session.getBasicRemote().sendText(text.substring(5), false);
            session.getBasicRemote().sendText("", true);
        }
    }

    private EmbeddedServer server;
    private EndpointClientContainer client;

    @BeforeEach
    void start() throws Exception {
        server = new EmbeddedServer("/", Echo.class, Keeping.class, Partly.class).start();
        client = new EndpointClientContainer();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        DeflateCodecs codecs = codecs();
        client.close();
        server.close();
        assertEquals(0, codecs.liveDeflaters(), "deflaters");
        assertEquals(0, codecs.liveInflaters(), "inflaters");
    }

    private DeflateCodecs codecs() {
        return ((EndpointServerContainer) server.serverContainer()).runtime().deflateCodecs();
    }

    private RawClient open(String path, String... lines) throws Exception {
        RawClient raw = new RawClient(server.port());
        raw.send(RawClient.handshake(path, lines));
        raw.readHead();
        return raw.upgraded();
    }

    /** RFC 7692 7.2.1 with zlib itself. */
    private static byte[] deflated(String text) {
        Deflater deflater = new Deflater(6, true);
        try {
            deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
            byte[] out = new byte[text.length() + 100];
            int count = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, count - 4);
        } finally {
            deflater.end();
        }
    }

    /** RFC 7692 7.2.2 with zlib itself; the inflater goes on where it ended. */
    private static String inflated(Inflater inflater, byte[] payload) throws Exception {
        byte[] stream = Arrays.copyOf(payload, payload.length + 4);
        stream[stream.length - 1] = (byte) 0xFF;
        stream[stream.length - 2] = (byte) 0xFF;
        inflater.setInput(stream);
        byte[] out = new byte[1 << 20];
        int count = inflater.inflate(out);
        return new String(out, 0, count, StandardCharsets.UTF_8);
    }

    private static String inflated(byte[] payload) throws Exception {
        Inflater inflater = new Inflater(true);
        try {
            return inflated(inflater, payload);
        } finally {
            inflater.end();
        }
    }

    @Test
    void theExampleOfTheRfcIsUnderstood() throws Exception {
        try (RawClient raw = open("/echo", OFFER)) {
            // RFC 7692 7.2.3.1: "Hello", compressed, masked with zeros; then plain, since RSV1 is each message's own
            raw.sendHex("c1 87 00000000 f2 48 cd c9 c9 07 00");
            RawClient.Frame echo = raw.readFrame();
            assertEquals(FIN_TEXT, echo.first(), "five bytes are not worth compressing");
            assertEquals("Hello", echo.text());
            raw.assertEchoes("Hello");
            raw.sendHex("41 83 00000000 f2 48 cd 80 84 00000000 c9 c9 07 00"); // 7.2.3.1, in two fragments
            assertEquals("Hello", raw.readFrame().text());
        }
    }

    @Test
    void longRepliesAreCompressedAndShortOnesAreNot() throws Exception {
        try (RawClient raw = open("/echo", OFFER)) {
            for (int length : new int[] {1023, 1024, 4000}) {
                String text = LONG.substring(0, length);
                raw.sendFrame(FIN_RSV1_TEXT, deflated(text));
                RawClient.Frame echo = raw.readFrame();
                assertEquals(length < 1024 ? FIN_TEXT : FIN_RSV1_TEXT, echo.first(), "length " + length);
                assertEquals(text, length < 1024 ? echo.text() : inflated(echo.payload()));
                assertTrue(length < 1024 || echo.payload().length < 100, "compressed to " + echo.payload().length);
            }
        }
    }

    @Test
    void withoutAnAnswerNothingIsCompressedAndRsv1IsAViolation() throws Exception {
        try (RawClient raw = open("/echo")) {
            raw.sendText(LONG);
            RawClient.Frame echo = raw.readFrame();
            assertEquals(FIN_TEXT, echo.first());
            assertEquals(LONG, echo.text());
            raw.sendFrame(FIN_RSV1_TEXT, deflated("x"));
            assertEquals(1002, raw.readCloseCode());
        }
    }

    @Test
    void anEndpointCanKeepItsHistoryAndCompressEverything() throws Exception {
        Inflater inflater = new Inflater(true);
        try (RawClient raw = open("/keeping", OFFER)) {
            raw.sendText(LONG);
            byte[] first = raw.readFrame().payload();
            assertEquals(LONG, inflated(inflater, first));
            raw.sendText(LONG.substring(45));
            RawClient.Frame second = raw.readFrame();
            assertEquals(FIN_RSV1_TEXT, second.first());
            assertTrue(second.payload().length < first.length / 2, "it refers back: " + second.payload().length);
            assertEquals(LONG.substring(45), inflated(inflater, second.payload()));
        } finally {
            inflater.end();
        }
        await("the history's deflater is given back", () -> codecs().liveDeflaters() <= idleAtMost());
    }

    @Test
    void partialMessagesAreOneCompressedMessage() throws Exception {
        try (RawClient raw = open("/partly", OFFER)) {
            raw.sendText("Hello, world");
            RawClient.Frame first = raw.readFrame();
            RawClient.Frame second = raw.readFrame();
            RawClient.Frame last = raw.readFrame();
            assertEquals(0x41, first.first());
            assertEquals(0x00, second.first());
            assertEquals(0x80, last.first());
            byte[] all = new byte[first.payload().length + second.payload().length + last.payload().length];
            System.arraycopy(first.payload(), 0, all, 0, first.payload().length);
            System.arraycopy(second.payload(), 0, all, first.payload().length, second.payload().length);
            System.arraycopy(last.payload(), 0, all, all.length - last.payload().length, last.payload().length);
            assertEquals("Hello, world", inflated(all));
        }
    }

    @Test
    void aMessageThatIsTooBigOnceInflatedIsRefused() throws Exception {
        try (RawClient raw = open("/echo", OFFER)) {
            raw.sendFrame(FIN_RSV1_TEXT, deflated("x".repeat(64 * 1024)));
            assertEquals("x".repeat(64 * 1024), inflated(raw.readFrame().payload()));
            raw.sendFrame(FIN_RSV1_TEXT, deflated("x".repeat(64 * 1024 + 1)));
            assertEquals(1009, raw.readCloseCode());
        }
    }

    @Test
    void whatIsNotDeflateIsRefused() throws Exception {
        try (RawClient raw = open("/echo", OFFER)) {
            raw.sendHex("c1 82 00000000 ff ff");
            assertEquals(1007, raw.readCloseCode());
        }
    }

    @Test
    void nativeMemoryIsGivenBackHoweverASessionEnds() throws Exception {
        try (RawClient cut = open("/keeping", OFFER);
                RawClient gone = open("/keeping", OFFER);
                RawClient bad = open("/keeping", OFFER);
                RawClient midMessage = open("/keeping", OFFER)) {
            for (RawClient raw : new RawClient[] {cut, gone, bad, midMessage}) {
                raw.sendFrame(FIN_RSV1_TEXT, deflated(LONG));
                raw.readFrame();
            }
            assertTrue(codecs().liveDeflaters() >= 4, "each keeps its own");
            cut.reset();
            gone.sendHex("88 80 00000000");
            assertEquals(1005, gone.readCloseCode());
            bad.sendHex("c1 82 00000000 ff ff");
            assertEquals(1007, bad.readCloseCode());
            midMessage.sendFrame(0x41, Arrays.copyOf(deflated(LONG), 20)); // an inflater is in use
        }
        EndpointServerContainer container = (EndpointServerContainer) server.serverContainer();
        await("the sessions end", () -> container.runtime().registry().size() == 0);
        await("deflaters", () -> codecs().liveDeflaters() <= idleAtMost());
        await("inflaters", () -> codecs().liveInflaters() <= idleAtMost());
        // and those that are left are idle: nothingIsLeft asserts that the stop ends them all
    }

    private static int idleAtMost() {
        return 2 * Runtime.getRuntime().availableProcessors();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(500_000);
        }
    }

    // ---- our client and our server ----

    /** Puts what comes into a queue. */
    public static final class Receiving extends Endpoint {
        final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.setMaxTextMessageBufferSize(1 << 20);
            session.setMaxBinaryMessageBufferSize(1 << 20);
            session.addMessageHandler(String.class, received::add);
            session.addMessageHandler(byte[].class, (MessageHandler.Whole<byte[]>) received::add);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            closed.add(reason);
        }

        Object next() throws InterruptedException {
            Object message = received.poll(30, TimeUnit.SECONDS);
            assertNotEquals(null, message, "no message in time");
            return message;
        }
    }

    private Session connect(Receiving endpoint, String path, Settings settings) throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        settings.applyTo(config.getUserProperties());
        return client.connectToServer(endpoint, config, URI.create("ws://127.0.0.1:" + server.port() + path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void bothRolesOfOursUnderstandEachOther(boolean takeover) throws Exception {
        Receiving endpoint = new Receiving();
        Settings settings = Settings.builder()
                .set(Setting.COMPRESSION, true)
                .set(Setting.COMPRESSION_CONTEXT_TAKEOVER, takeover)
                .set(Setting.COMPRESSION_MIN_SIZE, 100)
                .build();
        try (Session session = connect(endpoint, takeover ? "/keeping" : "/echo", settings)) {
            assertEquals(1, session.getNegotiatedExtensions().size());
            assertEquals(
                    "permessage-deflate",
                    session.getNegotiatedExtensions().get(0).getName());
            for (int length : new int[] {0, 1, 99, 100, 1000, 4000, 4500}) {
                String text = LONG.substring(0, length);
                session.getBasicRemote().sendText(text);
                assertEquals(text, endpoint.next());
            }
            session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {1}));
            session.getBasicRemote().sendText("in ", false);
            session.getBasicRemote().sendText("parts", true);
            assertEquals("in parts", endpoint.next());
        }
    }

    @Test
    void binaryThatDoesNotCompressComesBackAsItWas() throws Exception {
        Receiving endpoint = new Receiving();
        try (Session session = connect(
                endpoint,
                "/echo",
                Settings.builder().set(Setting.COMPRESSION, true).build())) {
            byte[] noise = new byte[60_000];
            new Random(1).nextBytes(noise);
            session.getBasicRemote().sendBinary(ByteBuffer.wrap(noise));
            assertArrayEquals(noise, (byte[]) endpoint.next());
            byte[] zeros = new byte[60_000];
            session.getBasicRemote().sendBinary(ByteBuffer.wrap(zeros));
            assertArrayEquals(zeros, (byte[]) endpoint.next());
        }
    }

    @Test
    void theClientKeepsItsLimitsAfterInflating() throws Exception {
        Receiving endpoint = new Receiving();
        try (Session session = connect(endpoint, "/echo", Settings.defaults())) {
            session.setMaxTextMessageBufferSize(3000);
            session.getBasicRemote().sendText(LONG.substring(0, 3000));
            assertEquals(3000, endpoint.next().toString().length());
            session.getBasicRemote().sendText(LONG.substring(0, 3001));
            CloseReason reason = endpoint.closed.poll(30, TimeUnit.SECONDS);
            assertEquals(CloseReason.CloseCodes.TOO_BIG, reason.getCloseCode());
        }
    }

    @Test
    void aClientEndpointCanSwitchItOff() throws Exception {
        Settings off = Settings.builder().set(Setting.COMPRESSION, false).build();
        Receiving endpoint = new Receiving();
        try (Session session = connect(endpoint, "/echo", off)) {
            assertEquals(0, session.getNegotiatedExtensions().size());
            session.getBasicRemote().sendText(LONG);
            assertEquals(LONG, endpoint.next());
        }
    }

    @Test
    void aLevelThatThereIsNotIsRefusedWhereItIsSet() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Settings.builder().set(Setting.COMPRESSION_LEVEL, 10));
        assertTrue(refused.getMessage().contains("dev.hawser.compressionLevel=10 is not valid"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Setting.COMPRESSION_LEVEL.parse("0"));
        assertThrows(IllegalArgumentException.class, () -> Setting.COMPRESSION_LEVEL.parse("10"));
        assertEquals(-1, Setting.COMPRESSION_LEVEL.parse("-1"));
        assertEquals(9, Setting.COMPRESSION_LEVEL.parse("9"));
    }
}
