package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same rules on every container, over plain connections and TLS ({@code true}), with HTTP/1.1 and, on Jetty,
 * HTTP/2.
 */
class ServletContainersTest {
    private static final Map<Container, TestServer> SERVERS = new EnumMap<>(Container.class);
    private static final AtomicInteger TAGS = new AtomicInteger();

    /** How the connections ended, by the tag in their query string. */
    private static final Map<String, BlockingQueue<Integer>> CLOSED = new ConcurrentHashMap<>();

    private static BlockingQueue<Integer> closedOf(String tag) {
        return CLOSED.computeIfAbsent(tag, key -> new LinkedBlockingQueue<>());
    }

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

        @OnClose
        public void closed(Session session, CloseReason reason) {
            closedOf(String.valueOf(session.getQueryString()))
                    .add(reason.getCloseCode().getCode());
        }
    }

    /** Closes with 4001 when it is told anything, and tells how it was closed. */
    @ServerEndpoint("/leave")
    public static class Leaver {
        @OnMessage
        public void leave(String text, Session session) throws IOException {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4001), text));
        }

        @OnClose
        public void closed(Session session, CloseReason reason) {
            closedOf(String.valueOf(session.getQueryString()))
                    .add(reason.getCloseCode().getCode());
        }
    }

    /** Sends numbered records from a thread of its own, as fast as the connection takes them. */
    @ServerEndpoint("/push")
    public static class Pusher {
        static final int RECORDS = 100_000;
        static final int LENGTH = 100;

        @OnOpen
        public void open(Session session) {
            Thread foreign = new Thread(() -> push(session), "foreign");
            foreign.setDaemon(true);
            foreign.start();
        }

        private static void push(Session session) {
            try {
                for (int i = 0; i < RECORDS; i++) {
                    session.getBasicRemote().sendBinary(record(i));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static ByteBuffer record(int number) {
            byte[] bytes = new byte[LENGTH];
            Arrays.fill(bytes, (byte) number);
            return ByteBuffer.wrap(bytes).putInt(0, number);
        }

        @OnClose
        public void closed(Session session, CloseReason reason) {
            closedOf(String.valueOf(session.getQueryString()))
                    .add(reason.getCloseCode().getCode());
        }
    }

    static Stream<Arguments> connections() {
        return Container.underTestWithHttp2().flatMap(c -> Stream.of(Arguments.of(c, false), Arguments.of(c, true)));
    }

    static Stream<Container> containers() {
        return Container.underTestWithHttp2();
    }

    private static TestServer on(Container container) throws Exception {
        TestServer running = SERVERS.get(container);
        if (running == null) {
            running = container.start(Application.of(Echo.class, Leaver.class, Pusher.class));
            SERVERS.put(container, running);
        }
        return running;
    }

    @AfterAll
    static void stop() throws Exception {
        for (TestServer server : SERVERS.values()) {
            server.close();
        }
        SERVERS.clear();
    }

    private static RawClient open(Container container, boolean secure) throws Exception {
        TestServer server = on(container);
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024); // so that megabytes do not vanish in it
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), secure ? server.tlsPort() : server.port()));
        return new RawClient(
                secure
                        ? new TestCertificate().trusting().createSocket(socket, "localhost", server.tlsPort(), true)
                        : socket);
    }

    private static RawClient open(Container container, boolean secure, String path) throws Exception {
        RawClient client = open(container, secure);
        client.send(RawClient.handshake(path));
        client.readHead();
        return client.upgraded();
    }

    private static String newTag() {
        return "tag=" + TAGS.incrementAndGet();
    }

    @ParameterizedTest
    @MethodSource("connections")
    void textAndBinaryAreEchoed(Container container, boolean secure) throws Exception {
        try (RawClient client = open(container, secure, "/echo")) {
            client.assertEchoes("hello");
            client.sendFrame(0x82, new byte[] {0, 1, 2, -1});
            assertArrayEquals(new byte[] {0, 1, 2, -1}, client.readFrame().payload());
            client.assertEchoes("x".repeat(60_000));
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void bytesBehindTheHandshakeAreNotLost(Container container, boolean secure) throws Exception {
        try (RawClient client = open(container, secure)) {
            byte[] head = RawClient.handshake("/echo").getBytes(StandardCharsets.US_ASCII);
            byte[] hello = {(byte) 0x81, (byte) 0x85, 0x37, (byte) 0xfa, 0x21, 0x3d, 0x7f, (byte) 0x9f, 0x4d, 0x51, 0x58
            }; // RFC 6455 5.7
            byte[] packet = Arrays.copyOf(head, head.length + hello.length);
            System.arraycopy(hello, 0, packet, head.length, hello.length);
            client.send(packet);
            client.readHead();
            assertEquals("Hello", client.upgraded().readFrame().text());
            client.assertEchoes("more");
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aSlowReaderGetsThreeMegabytesInOrder(Container container, boolean secure) throws Exception {
        int messages = 50;
        byte[] sent = new byte[60_000];
        new Random(7).nextBytes(sent);
        try (RawClient client = open(container, secure, "/echo")) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        client.sendFrame(0x82, sent);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            DataInputStream in = new DataInputStream(client.socket().getInputStream());
            byte[] received = new byte[sent.length];
            for (int i = 0; i < messages; i++) {
                assertEquals(0x827e, in.readUnsignedShort(), "message " + i); // binary, 16-bit length
                assertEquals(sent.length, in.readUnsignedShort());
                for (int at = 0; at < received.length; ) {
                    int count = in.read(received, at, Math.min(1000, received.length - at));
                    assertTrue(count > 0, "end of stream in message " + i);
                    at += count;
                }
                assertArrayEquals(sent, received, "message " + i);
            }
            sender.get(30, TimeUnit.SECONDS);
            client.assertEchoes("after");
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aPingIsAnsweredWithItsPayload(Container container, boolean secure) throws Exception {
        try (RawClient client = open(container, secure, "/echo")) {
            client.sendFrame(0x89, "are you there".getBytes(StandardCharsets.US_ASCII));
            RawClient.Frame pong = client.readFrame();
            assertEquals(0x8a, pong.first());
            assertEquals("are you there", pong.text());
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void thePeersCloseCodeIsEchoedAndTheServerEndsTcp(Container container, boolean secure) throws Exception {
        String tag = newTag();
        try (RawClient client = open(container, secure, "/echo?" + tag)) {
            client.assertEchoes("hello");
            client.sendFrame(0x88, new byte[] {0x0f, (byte) 0xa2}); // 4002
            assertEquals(4002, client.readCloseCode());
            assertEquals(0, client.readToEnd().length);
        }
        assertClosedOnce(tag, 4002);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void theServersCloseEndsWithTheAnswerAndTcp(Container container, boolean secure) throws Exception {
        String tag = newTag();
        try (RawClient client = open(container, secure, "/leave?" + tag)) {
            client.sendText("bye");
            assertEquals(4001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x0f, (byte) 0xa1}); // 4001
            assertEquals(0, client.readToEnd().length);
        }
        assertClosedOnce(tag, 4001);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aPeerThatResetsIsToldOnceInEveryState(Container container, boolean secure) throws Exception {
        for (String state : new String[] {"idle", "in a header", "in a payload", "unread echo"}) {
            String tag = newTag();
            RawClient client = open(container, secure, "/echo?" + tag);
            client.assertEchoes("before");
            switch (state) {
                case "in a header" -> client.sendHex("81");
                case "in a payload" -> client.sendHex("8185 37fa213d 7f");
                case "unread echo" -> client.sendText("x".repeat(60_000));
                default -> {}
            }
            client.reset();
            assertClosedOnce(tag, 1006);
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aPeerThatResetsWhileTheServerWritesIsToldOnce(Container container, boolean secure) throws Exception {
        String tag = newTag();
        RawClient client = open(container, secure, "/push?" + tag);
        client.readFrame();
        client.reset();
        assertClosedOnce(tag, 1006);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void whatAForeignThreadPushesArrivesIntactAndInOrder(Container container, boolean secure) throws Exception {
        try (RawClient client = open(container, secure, "/push?" + newTag())) {
            DataInputStream in = new DataInputStream(
                    new java.io.BufferedInputStream(client.socket().getInputStream(), 32 * 1024));
            byte[] received = new byte[Pusher.LENGTH];
            for (int i = 0; i < Pusher.RECORDS; i++) {
                assertEquals(0x8200 + Pusher.LENGTH, headerBehindPings(in), "header of record " + i);
                in.readFully(received);
                int differs = Arrays.mismatch(Pusher.record(i).array(), received);
                assertEquals(-1, differs, "record " + i);
            }
        }
    }

    /** On a machine that is busy for long, the server asks whether the peer is still there. */
    private static int headerBehindPings(DataInputStream in) throws IOException {
        int header = in.readUnsignedShort();
        while (header >> 8 == 0x89) {
            in.skipNBytes(header & 0x7f);
            header = in.readUnsignedShort();
        }
        return header;
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aPeerThatEndsItsStreamIsClosed(Container container, boolean secure) throws Exception {
        String tag = newTag();
        try (RawClient client = open(container, secure, "/echo?" + tag)) {
            client.assertEchoes("hello");
            client.socket().shutdownOutput();
            assertEquals(0, client.readToEnd().length);
        }
        assertClosedOnce(tag, 1006);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aUsersFilterThatAnswers401Wins(Container container) throws Exception {
        HttpFilter guard = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                if (request.getQueryString() == null) {
                    response.sendError(401);
                } else {
                    chain.doFilter(request, response);
                }
            }
        };
        try (TestServer server = container.start(Application.of(Echo.class).with(guard));
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?" + newTag())) {
            assertEquals(401, refused.status());
            client.upgraded().assertEchoes("hello");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aPathWithoutEndpointIsTheApplications(Container container) throws Exception {
        HttpServlet servlet = new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.setStatus(202);
                response.getOutputStream().print(request.getHeader("Upgrade"));
            }
        };
        try (TestServer server = container.start(Application.of(Echo.class).with(servlet));
                RawClient other = server.connect("/other");
                RawClient client = server.connect("/echo")) {
            assertEquals(202, other.status());
            client.upgraded().assertEchoes("hello");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void undeploymentSends1001AndRefusesNewHandshakes(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Echo.class));
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            CompletableFuture<Void> undeployed = CompletableFuture.runAsync(() -> {
                try {
                    server.undeploy();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9}); // 1001
            undeployed.get(30, TimeUnit.SECONDS);
            try (RawClient late = server.connect("/echo")) {
                assertFalse(late.status() == 101, late.head());
            }
        }
    }

    private static void assertClosedOnce(String tag, int code) throws InterruptedException {
        Integer first = closedOf(tag).poll(30, TimeUnit.SECONDS);
        assertNotNull(first, "onClose");
        assertEquals(code, first);
        assertNull(closedOf(tag).poll(50, TimeUnit.MILLISECONDS), "second onClose");
    }
}
