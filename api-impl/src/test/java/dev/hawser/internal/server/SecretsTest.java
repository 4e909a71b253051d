package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a peer confides is in no log, at whatever level, nor in a text form of ours: its query, cookies, credentials,
 * messages, pings and close reasons. Each of them has one word in it here, and whatever a session does is logged.
 */
class SecretsTest {
    private static final String SECRET = "pl4nted";

    /** Strong references: a logger that nobody holds forgets its level. */
    private final Logger ours = Logger.getLogger("dev.hawser");

    private final Logged logged = new Logged();

    private static final class Logged extends Handler {
        private final SimpleFormatter words = new SimpleFormatter();
        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            StringWriter text = new StringWriter();
            text.append(words.formatMessage(line));
            if (line.getThrown() != null) {
                line.getThrown().printStackTrace(new PrintWriter(text, true));
            }
            lines.add(text.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** A text that no decoder of the application takes. */
    public static class Undecodable implements Decoder.Text<Integer> {
        @Override
        public Integer decode(String text) throws DecodeException {
            throw new DecodeException(text, "not a number");
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    /** Echoes text, and throws at binary messages. */
    @ServerEndpoint("/e")
    public static class Echo {
        @OnMessage
        public String onText(String text) {
            return text;
        }

        @OnMessage
        public void onBinary(byte[] bytes) {
            throw new IllegalStateException("as the test wants it");
        }
    }

    /** Takes numbers, which do not come, and no binary messages. */
    @ServerEndpoint(value = "/numbers", decoders = Undecodable.class)
    public static class Numbers {
        @OnMessage
        public void onNumber(Integer number) {}
    }

    @BeforeEach
    void listens() {
        logged.setLevel(Level.ALL);
        ours.addHandler(logged);
        ours.setUseParentHandlers(false);
        ours.setLevel(Level.ALL);
    }

    @AfterEach
    void isAsBefore() {
        ours.removeHandler(logged);
        ours.setUseParentHandlers(true);
        ours.setLevel(null);
    }

    private static byte[] secret() {
        return SECRET.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] brokenUtf8() {
        byte[] text = Arrays.copyOf(secret(), SECRET.length() + 1);
        text[SECRET.length()] = (byte) 0xFF;
        return text;
    }

    private static byte[] closeBody(int code) {
        return ByteBuffer.allocate(2 + SECRET.length())
                .putShort((short) code)
                .put(secret())
                .array();
    }

    /** What a peer sends, and how it goes on to harm itself. */
    static List<List<byte[]>> conversations() {
        byte[] text = SessionHarness.text(SECRET);
        List<List<byte[]>> all = new ArrayList<>();
        all.add(List.of(text, SessionHarness.close(4001, SECRET)));
        all.add(List.of(SessionHarness.frame(Opcode.PING, true, secret()), text));
        all.add(List.of(SessionHarness.frame(Opcode.PONG, true, secret()), text));
        all.add(List.of(SessionHarness.frame(Opcode.BINARY, true, secret())));
        all.add(List.of(SessionHarness.frame(Opcode.TEXT, true, brokenUtf8())));
        all.add(List.of(SessionHarness.text(SECRET.repeat(100))));
        all.add(List.of(SessionHarness.frame(Opcode.TEXT, false, secret()), text));
        all.add(List.of(SessionHarness.frame(Opcode.CONTINUATION, true, secret())));
        byte[] fragment = SessionHarness.frame(Opcode.PING, true, secret());
        fragment[0] = (byte) (fragment[0] & 0x7F); // a ping that is not final breaks a rule
        all.add(List.of(fragment));
        all.add(List.of(SessionHarness.frame(Opcode.CLOSE, true, closeBody(1005))));
        all.add(List.of(secret())); // no frames at all
        return all;
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void noLineHasWhatAPeerSaysInIt(List<byte[]> frames) throws Exception {
        Settings settings =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 100).build();
        for (String path : List.of("/e", "/numbers")) {
            try (TestContainer test = new TestContainer(settings)) {
                test.container.addEndpoint(Echo.class);
                test.container.addEndpoint(Numbers.class);
                UpgradeDecision.Accepted accepted = test.accept(planted(path));
                WebSocketConnection connection = accepted.connection();
                FakeTransport transport = new FakeTransport();
                connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
                SessionHarness.await("it reads", transport::isDemanded);
                frames.forEach(transport::arrive);
                transport.end();
                SessionHarness.await("it has ended", () -> {
                    if (transport.isDemanded()) {
                        transport.takeDemand();
                        connection.transportListener().onReadable();
                    }
                    return accepted.session().getCloseCause() != null;
                });
                assertNoSecretIn(accepted.session() + " " + accepted);
            }
        }
        assertFalse(logged.lines.isEmpty(), "nothing was logged, so this shows nothing");
        logged.lines.forEach(SecretsTest::assertNoSecretIn);
    }

    private static void assertNoSecretIn(String text) {
        assertFalse(text.contains(SECRET), text);
    }

    private static TestUpgradeRequest planted(String path, String... more) {
        List<String> lines = new ArrayList<>(List.of(more));
        lines.add("Authorization: Bearer " + SECRET);
        lines.add("Cookie: session=" + SECRET);
        lines.add("X-Other: " + SECRET);
        return TestUpgradeRequest.of(path + "?token=" + SECRET, lines.toArray(String[]::new));
    }

    @Test
    void noLineHasWhatAHandshakeConfidesInIt() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(Echo.class);
            test.with(TestContainer.modify((request, response) -> {
                throw new IllegalStateException("as the test wants it");
            }));
            UpgradeDecision.Rejected origin = test.reject(planted("/e", "Origin: https://elsewhere.example"));
            assertEquals(403, origin.status());
            UpgradeDecision.Rejected failed = test.reject(planted("/p"));
            assertEquals(500, failed.status());
            UpgradeDecision.Rejected version = test.reject(planted("/e", "Sec-WebSocket-Extensions: ;;" + SECRET));
            assertNoSecretIn(origin + " " + failed + " " + version);
            assertNoSecretIn(String.join("\n", origin.headers().keySet()));
        }
        assertTrue(logged.lines.size() > 2, logged.lines::toString);
        logged.lines.forEach(SecretsTest::assertNoSecretIn);
    }

    @Test
    void theWordWouldBeFound() {
        ours.log(Level.FINE, "{0}", new Object[] {SECRET});
        Logger.getLogger("dev.hawser.connection").log(Level.FINEST, "failed", new IllegalStateException(SECRET));
        assertEquals(
                2, logged.lines.stream().filter(line -> line.contains(SECRET)).count());
    }
}
