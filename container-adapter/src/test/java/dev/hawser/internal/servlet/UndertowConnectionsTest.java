package dev.hawser.internal.servlet;

import static dev.hawser.internal.servlet.EchoPeers.await;
import static dev.hawser.internal.servlet.EchoPeers.connected;
import static dev.hawser.internal.servlet.EchoPeers.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A web socket on Undertow is read and written on the I/O thread of its connection, without the streams of the Servlet
 * API, and Undertow still counts the connection and ends it with the server.
 */
class UndertowConnectionsTest {
    private static final Map<String, String> PORTABLE = Map.of("dev.hawser.transport", "portable");
    private static final BlockingQueue<Integer> CLOSED = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Session> OPENED = new LinkedBlockingQueue<>();
    private static final Semaphore MAY_RETURN = new Semaphore(0);

    private final DebugLines lines = new DebugLines("dev.hawser.servlet", "portable transport");

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnOpen
        public void opened(Session session) {
            OPENED.add(session);
        }

        @OnMessage(maxMessageSize = 1 << 21)
        public String echo(String text) throws InterruptedException {
            if (text.equals("wait")) {
                MAY_RETURN.acquire();
            }
            return text;
        }

        @OnClose
        public void closed(CloseReason reason) {
            CLOSED.add(reason.getCloseCode().getCode());
        }
    }

    @BeforeEach
    void forget() {
        CLOSED.clear();
        OPENED.clear();
        MAY_RETURN.drainPermits();
    }

    @AfterEach
    void stopRecording() {
        lines.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void smallMessagesAndBigOnesGoThroughTheConnectionItself(boolean secure) throws Exception {
        String big = "0123456789".repeat(100_000);
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient client = open(server, secure)) {
            for (int i = 0; i < 50; i++) {
                client.assertEchoes("message " + i);
            }
            client.assertEchoes(big);
            client.assertEchoes("behind it");
        }
        assertEquals(List.of(), lines.seen());
    }

    @Test
    void oneLineSaysThatTheSettingChoosesThePortableTransport() throws Exception {
        try (UndertowTestServer server =
                new UndertowTestServer(Application.of(Echo.class).with(PORTABLE))) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = open(server, false)) {
                    client.assertEchoes("portable");
                }
            }
            assertEquals(1, lines.seen().size(), lines.seen()::toString);
            assertTrue(lines.seen().get(0).contains("dev.hawser.transport"), lines.seen()::toString);
        }
    }

    /** A frame in the segment of the request is in Undertow's buffers already. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageThatComesTogetherWithTheHandshakeIsRead(boolean secure) throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient client = connected(server, secure)) {
            // masked with a key of zeros
            client.send(RawClient.handshake("/echo") + "\u0081\u0085\0\0\0\0early");
            client.readHead();
            assertEquals("early", client.upgraded().readFrame().text());
            client.assertEchoes("later");
        }
    }

    @Test
    void undertowCountsTheConnectionsThatAreOpenHoweverTheyEnd() throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(open(server, i % 2 == 0));
            }
            assertEquals(8, server.connections());
            for (int i = 0; i < clients.size(); i++) {
                RawClient client = clients.get(i);
                switch (i / 2 % 4) {
                    case 0 -> client.reset();
                    case 1 -> client.close();
                    case 2 -> OPENED.take().close();
                    default -> {
                        client.sendFrame(0x88, new byte[] {3, (byte) 0xe8});
                        assertEquals(1000, client.readCloseCode());
                        assertEquals(0, client.readToEnd().length);
                    }
                }
            }
            for (RawClient client : clients) {
                client.close();
            }
            await(() -> server.connections() == 0);
        }
    }

    /** The bytes lie in the socket, and inside TLS, until the session takes messages again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noThreadSpinsWhileASessionIsPaused(boolean secure) throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient paused = open(server, secure)) {
            paused.sendText("wait");
            for (int i = 0; i < 2_000; i++) {
                paused.sendText("x".repeat(100)); // more than may wait
            }
            awaitIdleIoThreads();
            MAY_RETURN.release();
            assertEquals("wait", paused.readFrame().text());
            for (int i = 0; i < 2_000; i++) {
                assertEquals("x".repeat(100), paused.readFrame().text());
            }
        }
    }

    /** By its streams Undertow 2.3 would try to write the rest in an endless loop. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noThreadSpinsAfterACutInTheMiddleOfAWrite(boolean secure) throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient deaf = open(server, secure)) {
            Session session = OPENED.take();
            BlockingQueue<Boolean> sent = new LinkedBlockingQueue<>();
            session.getAsyncRemote().sendBinary(ByteBuffer.allocate(64 << 20), result -> sent.add(result.isOK()));
            awaitIdleIoThreads(); // the socket is full
            assertTrue(sent.isEmpty());
            deaf.reset();
            assertEquals(false, sent.poll(30, TimeUnit.SECONDS));
            assertEquals(1006, CLOSED.poll(30, TimeUnit.SECONDS));
            awaitIdleIoThreads();
            await(() -> server.connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfTheServerEndsTheSession(boolean secure) throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient client = open(server, secure)) {
            client.assertEchoes("Undertow has switched");
            server.stopServer();
            assertEquals(1006, CLOSED.poll(30, TimeUnit.SECONDS));
            assertEquals(0, client.readToEnd().length);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfTheApplicationSaysGoodbye(boolean secure) throws Exception {
        try (UndertowTestServer server = new UndertowTestServer(Application.of(Echo.class));
                RawClient client = open(server, secure)) {
            client.assertEchoes("Undertow has switched");
            server.undeploy();
            assertEquals(1001, client.readCloseCode());
            assertEquals(0, client.readToEnd().length);
            await(() -> server.connections() == 0);
        }
    }

    /** Waits until no I/O thread uses the processor between two looks. */
    private static void awaitIdleIoThreads() throws InterruptedException {
        await(() -> {
            long before = timeOfIoThreads();
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return timeOfIoThreads() == before;
        });
    }

    private static long timeOfIoThreads() {
        ThreadMXBean times = ManagementFactory.getThreadMXBean();
        return ioThreads()
                .mapToLong(thread -> times.getThreadCpuTime(thread.getId()))
                .sum();
    }

    private static Stream<Thread> ioThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("XNIO-\\d+ I/O-\\d+"));
    }
}
