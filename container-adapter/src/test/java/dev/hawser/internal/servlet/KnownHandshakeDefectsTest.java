package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What handshakes have done to other servers, on each container. */
@ParameterizedClass
@MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
class KnownHandshakeDefectsTest {
    private static final int CLOSED = 0;

    private static TestServer server;

    @Parameter
    private TestServer.Container container;

    /** Echoes; "throw" throws. */
    @ServerEndpoint(value = "/echo", subprotocols = "chat")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            if (text.equals("throw")) {
                throw new IllegalArgumentException("as the test asked for");
            }
            return text;
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(TestServer.Container container) throws Exception {
        server = container.start(TestServer.Application.of(Echo.class));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aRequestWithTwoThousandHeadersHarmsNobody() throws IOException {
        String[] lines = new String[2_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "x-" + i + ": y";
        }
        int status = answerTo(RawClient.handshake("/echo", lines));
        // What is too much is the container's to say, and none has answered it with an error of its own.
        assertTrue(Set.of(CLOSED, 101, 400, 413, 431).contains(status), () -> container + ": status " + status);
        assertNextIsServed();
    }

    /** Not in a cookie: there Undertow has its own 500, before any filter is asked. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: ch\u00e4t",
                "Sec-WebSocket-Protocol: chat, \u00ff\u00fe",
                "Sec-WebSocket-Extensions: \u00e9",
                "Sec-WebSocket-Extensions: permessage-deflate; x=\"\u00e9\"",
                "Origin: http://\u00e9.example",
                "User-Agent: \u0080\u009f",
                "\u00e9: x",
            })
    void octetsBeyondAsciiInAnyFieldHarmNobody(String line) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send(RawClient.handshake("/echo", line));
            String head = client.readHead();
            assertTrue(client.status() < 500, head);
            head.chars().forEach(octet -> assertTrue(octet < 0x80, head));
        } catch (EOFException | SocketException e) {
            // Closed without an answer, as Undertow does with what is no HTTP.
        }
        assertNextIsServed();
    }

    @Test
    void theQueryOfAHandshakeIsNotLogged() throws IOException {
        try (WholeLog log = new WholeLog()) {
            String path = "/echo?token=s3cret";
            try (RawClient client = server.connect(path).upgraded()) {
                client.assertEchoes("hello");
                client.sendText("throw"); // nobody handles it, so it is logged
                client.assertEchoes("still here");
                client.sendHex("83 80 00000000"); // a reserved opcode
                assertEquals(1002, client.readCloseCode());
            }
            assertEquals(400, answerTo(RawClient.handshake(path, "Sec-WebSocket-Key: second")));
            assertEquals(403, answerTo(RawClient.handshake(path, "Origin: http://elsewhere.example")));
            assertFalse(log.lines.isEmpty(), "nothing was logged at all");
            assertEquals(
                    List.of(),
                    log.lines.stream().filter(line -> line.contains("s3cret")).toList());
        }
    }

    private static int answerTo(String request) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send(request);
            client.readHead();
            return client.status();
        } catch (EOFException | SocketException e) {
            return CLOSED;
        }
    }

    private static void assertNextIsServed() throws IOException {
        try (RawClient next = server.connect("/echo").upgraded()) {
            next.assertEchoes("next");
        }
    }

    /** All that Hawser logs, down to the finest level. */
    private static final class WholeLog implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.hawser");
        private final Level before = logger.getLevel();
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                Object[] parameters = entry.getParameters();
                lines.add(
                        (parameters == null ? entry.getMessage() : MessageFormat.format(entry.getMessage(), parameters))
                                + " " + entry.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        WholeLog() {
            handler.setLevel(Level.ALL);
            logger.addHandler(handler);
            logger.setLevel(Level.ALL);
        }

        @Override
        public void close() {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
    }
}
