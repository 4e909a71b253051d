package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which close code goes out on the wire, and which one onClose is told, on every container: the rows of docs/errors.md.
 */
class ToldCloseCodesTest {
    private static final Map<Container, TestServer> SERVERS = new EnumMap<>(Container.class);

    /**
     * What sessions were told at their end, by the query, which is the port of their peer: the codes of onClose, and -1
     * for onError.
     */
    private static final Map<String, BlockingQueue<Integer>> TOLD = new ConcurrentHashMap<>();

    /** Streamed messages whose handler has begun. */
    private static final BlockingQueue<String> BEGUN = new LinkedBlockingQueue<>();

    @ServerEndpoint("/streams")
    public static class Streams {
        @OnMessage
        public String read(InputStream message) throws IOException {
            BEGUN.add("begun");
            return Long.toString(message.transferTo(OutputStream.nullOutputStream()));
        }

        @OnError
        public void failed(Throwable error) {}

        @OnClose
        public void closed(Session session, CloseReason reason) {
            told(session).add(reason.getCloseCode().getCode());
        }
    }

    @ServerEndpoint("/stalled")
    @EndpointSettings("streamReadTimeout=100ms")
    public static class Stalled extends Streams {}

    @ServerEndpoint("/small")
    @EndpointSettings({"maxTextMessageSize=100", "maxFragments=3"})
    public static class Small {
        @OnMessage
        public String read(String message) {
            return message;
        }

        @OnError
        public void failed(Throwable error) {}

        @OnClose
        public void closed(Session session, CloseReason reason) {
            told(session).add(reason.getCloseCode().getCode());
        }
    }

    @ServerEndpoint("/dripped")
    @EndpointSettings("minMessageRateGrace=100ms")
    public static class Dripped extends Small {}

    @ServerEndpoint("/idle")
    @EndpointSettings("idleTimeout=100ms")
    public static class Idle extends Small {}

    @ServerEndpoint("/alive")
    @EndpointSettings({"keepAliveInterval=50ms", "pongTimeout=50ms"})
    public static class Alive extends Small {}

    @ServerEndpoint("/failing")
    public static class Failing extends Small {
        @OnOpen
        public void open() {
            throw new IllegalStateException("never began");
        }
    }

    /**
     * As Tomcat's snake: what it tells the others at its end fails, and then it closes with a code that must not be
     * sent.
     */
    @ServerEndpoint("/snake")
    public static class Snake {
        @OnMessage
        public String read(String message) {
            return message;
        }

        @OnClose
        public void closed(Session session, CloseReason reason) throws IOException {
            try {
                session.getBasicRemote().sendText("dead");
            } catch (IOException e) {
                session.close(new CloseReason(CloseReason.CloseCodes.CLOSED_ABNORMALLY, e.getMessage()));
            }
            told(session).add(reason.getCloseCode().getCode());
        }

        @OnError
        public void failed(Session session, Throwable error) {
            told(session).add(-1);
        }
    }

    @ServerEndpoint("/full")
    @EndpointSettings({"closeOnOutboundOverflow=true", "outboundBytes=64KiB"})
    public static class Full extends Small {
        @OnMessage
        public void send(ByteBuffer size, Session session) {
            AtomicBoolean full = new AtomicBoolean();
            while (!full.get()) {
                Thread.onSpinWait();
                session.getAsyncRemote().sendBinary(ByteBuffer.allocate(size.getInt(0)), result -> {
                    if (!result.isOK()) {
                        full.set(true);
                    }
                });
            }
        }
    }

    /** The header X-User is the user. */
    private static final class Users extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            String user = request.getHeader("X-User");
            HttpServletRequest withUser = new HttpServletRequestWrapper(request) {
                @Override
                public Principal getUserPrincipal() {
                    return user == null ? null : () -> user;
                }
            };
            chain.doFilter(withUser, response);
        }
    }

    /** Begins a session, and ends it where the query says so; answers its id. */
    private static final class Sessions extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession(true);
            String id = session.getId();
            if ("end".equals(request.getQueryString())) {
                session.invalidate();
            }
            response.setContentLength(id.length());
            response.getOutputStream().print(id);
        }
    }

    private static TestServer on(Container container) throws Exception {
        TestServer running = SERVERS.get(container);
        if (running == null) {
            running = container.start(Application.of(
                            Streams.class,
                            Stalled.class,
                            Small.class,
                            Dripped.class,
                            Idle.class,
                            Alive.class,
                            Failing.class,
                            Snake.class,
                            Full.class)
                    .with(Map.of("dev.hawser.maxBlockingThreads", "1"))
                    .with(new Users())
                    .with(new Sessions()));
            SERVERS.put(container, running);
        }
        return running;
    }

    private static RawClient open(Container container, String path, String... lines) throws Exception {
        return open(on(container).port(), path, lines);
    }

    private static RawClient open(int port, String path, String... lines) throws IOException {
        RawClient client = new RawClient(port);
        toldOf(client).clear();
        client.send(RawClient.handshake(path + "?" + client.socket().getLocalPort(), lines));
        client.readHead();
        return client.upgraded();
    }

    private static BlockingQueue<Integer> told(Session session) {
        return told(session.getQueryString());
    }

    private static BlockingQueue<Integer> told(String port) {
        return TOLD.computeIfAbsent(port, each -> new LinkedBlockingQueue<>());
    }

    private static BlockingQueue<Integer> toldOf(RawClient client) {
        return told(String.valueOf(client.socket().getLocalPort()));
    }

    /** What the peer gets, and then onClose. */
    private static void assertEnds(RawClient client, int onTheWire, int told) throws Exception {
        assertEquals(onTheWire, client.readCloseCode(), "on the wire");
        BlockingQueue<Integer> atItsEnd = toldOf(client);
        client.close();
        assertEquals(told, atItsEnd.poll(30, TimeUnit.SECONDS), "onClose");
    }

    @AfterAll
    static void stop() throws Exception {
        for (TestServer server : SERVERS.values()) {
            server.close();
        }
        SERVERS.clear();
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aStreamThatGivesWayToOthersIs1008(Container container) throws Exception {
        try (RawClient first = open(container, "/streams");
                RawClient second = open(container, "/streams")) {
            BEGUN.clear();
            first.sendFrame(0x02, new byte[1]);
            assertEquals("begun", BEGUN.poll(30, TimeUnit.SECONDS));
            second.sendFrame(0x82, new byte[1000]); // has the one thread only when the first has given way
            assertEnds(first, 1008, 1008);
            assertEquals("1000", second.readFrame().text());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aStreamThatIsNotContinuedIs1008(Container container) throws Exception {
        try (RawClient client = open(container, "/stalled")) {
            client.sendFrame(0x02, new byte[1]);
            assertEnds(client, 1008, 1008);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aMessageThatGoesOnTooSlowlyIs1008(Container container) throws Exception {
        try (RawClient client = open(container, "/dripped")) {
            client.sendFrame(0x01, new byte[] {'a'});
            assertEnds(client, 1008, 1008);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aMessageThatIsTooBigIs1009(Container container) throws Exception {
        try (RawClient client = open(container, "/small")) {
            client.assertEchoesOnly("a".repeat(100));
            client.sendText("a".repeat(101));
            assertEnds(client, 1009, 1009);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aMessageOfTooManyPartsIs1008(Container container) throws Exception {
        try (RawClient client = open(container, "/small")) {
            client.sendFrame(0x01, new byte[] {'a'});
            for (int i = 0; i < 3; i++) {
                client.sendFrame(0x00, new byte[] {'a'});
            }
            assertEnds(client, 1008, 1008);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void whatBreaksTheProtocolIs1002AndNoUtf8Is1007AndAKindThatNobodyTakesIs1003(Container container) throws Exception {
        try (RawClient reserved = open(container, "/small");
                RawClient text = open(container, "/small");
                RawClient binary = open(container, "/small")) {
            reserved.sendFrame(0xA1, new byte[] {'a'});
            assertEnds(reserved, 1002, 1002);
            text.sendFrame(0x81, new byte[] {(byte) 0xC0, (byte) 0x80});
            assertEnds(text, 1007, 1007);
            binary.sendFrame(0x82, new byte[1]);
            assertEnds(binary, 1003, 1003);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aQueueThatOverflowsIs1008WhereTheEndpointSaysSo(Container container) throws Exception {
        try (RawClient client = open(container, "/full")) {
            client.sendFrame(0x82, ByteBuffer.allocate(4).putInt(10_000).array());
            assertEnds(client, 1008, 1008);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void anEndpointThatFailedToOpenIs1011(Container container) throws Exception {
        try (RawClient client = open(container, "/failing")) {
            assertEnds(client, 1011, 1011);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aCodeThatMustNotBeSentDoesNothingInOnClose(Container container) throws Exception {
        try (RawClient client = open(container, "/snake")) {
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xE9}); // 1001
            BlockingQueue<Integer> atItsEnd = toldOf(client);
            assertEnds(client, 1001, 1001);
            assertEquals(0, atItsEnd.size(), "onError");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void theEndOfAUsersHttpSessionIs1008(Container container) throws Exception {
        String id = session(container, "begin", "");
        try (RawClient client = open(container, "/small", "X-User: ada", "Cookie: JSESSIONID=" + id);
                RawClient nobody = open(container, "/small", "Cookie: JSESSIONID=" + id)) {
            client.assertEchoes("open");
            assertEquals(id, session(container, "end", id));
            assertEnds(client, 1008, 1008);
            nobody.assertEchoes("still here");
        }
    }

    private static String session(Container container, String what, String id) throws Exception {
        try (RawClient client = new RawClient(on(container).port())) {
            client.send(
                    "GET /session?" + what + " HTTP/1.1\r\nHost: localhost\r\nCookie: JSESSIONID=" + id + "\r\n\r\n");
            client.readHead();
            assertEquals(200, client.status());
            return client.readBody();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void anIdleSessionIs1001OnTheWireAnd1006ForItsEndpoint(Container container) throws Exception {
        try (RawClient client = open(container, "/idle")) {
            assertEnds(client, 1001, 1006);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aPeerThatAnswersNoPingIsCutWithoutACloseFrameAndIs1006(Container container) throws Exception {
        try (RawClient client = open(container, "/alive")) {
            assertEquals(0x89, client.readFrame().first());
            assertEnds(client, 1006, 1006);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aStopIs1001ThoughThePeerDoesNotAnswer(Container container) throws Exception {
        Map<String, String> soon = Map.of("dev.hawser.stopTimeout", "100ms");
        try (TestServer server = container.start(Application.of(Small.class).with(soon));
                RawClient client = open(server.port(), "/small")) {
            client.assertEchoes("open");
            Thread stop = new Thread(() -> undeploy(server), "stop");
            stop.start();
            assertEquals(1001, client.readCloseCode());
            assertEquals(1001, toldOf(client).poll(30, TimeUnit.SECONDS), "onClose");
            stop.join(30_000);
            assertTrue(!stop.isAlive(), "the stop goes on");
        }
    }

    private static void undeploy(TestServer server) {
        try {
            server.undeploy();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
