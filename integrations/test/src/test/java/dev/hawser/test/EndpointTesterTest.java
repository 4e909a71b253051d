package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The opening handshake, and what is deployed. */
class EndpointTesterTest {
    @ServerEndpoint(
            value = "/who/{room}",
            subprotocols = {"v2", "v1"},
            configurator = Marking.class)
    public static class Who {
        @OnMessage
        public String answer(String question, Session session, @PathParam("room") String room) {
            return switch (question) {
                case "room" -> room;
                case "query" ->
                    session.getRequestParameterMap()
                            .getOrDefault("lang", List.of())
                            .toString();
                case "user" ->
                    session.getUserPrincipal() == null
                            ? "nobody"
                            : session.getUserPrincipal().getName();
                case "subprotocol" -> session.getNegotiatedSubprotocol();
                case "uri" -> session.getRequestURI().toString();
                case "thread" -> Thread.currentThread().getName();
                default -> String.valueOf(session.getUserProperties().get(question));
            };
        }
    }

    /** Refuses guests, and notes what the request had. */
    public static class Marking extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            response.getHeaders().put("X-Marked", List.of("yes"));
            config.getUserProperties().put("cookie", request.getHeaders().get("cookie"));
            config.getUserProperties().put("admin", request.isUserInRole("admin"));
        }

        @Override
        public boolean checkOrigin(String origin) {
            return !"https://evil.example".equals(origin);
        }
    }

    /** A programmatic endpoint. */
    public static class Echo extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>)
                    message -> session.getAsyncRemote().sendText("echo " + message));
        }
    }

    /** Cannot be deployed: the parameter is none that a callback may have. */
    @ServerEndpoint("/wrong")
    public static class Wrong {
        @OnOpen
        public void open(Thread thread) {}
    }

    /** Lets the test say when onOpen returns. */
    @ServerEndpoint("/slow")
    public static class Slow {
        static final Semaphore BEGUN = new Semaphore(0);
        static final Semaphore GO = new Semaphore(0);
        static final AtomicInteger JOINED = new AtomicInteger();

        @OnOpen
        public void open() throws InterruptedException {
            GO.drainPermits();
            JOINED.set(0);
            BEGUN.release();
            assertTrue(GO.tryAcquire(30, TimeUnit.SECONDS));
            JOINED.incrementAndGet();
        }
    }

    /** Refuses each session. */
    @ServerEndpoint("/failing")
    public static class Failing {
        @OnOpen
        public void open() {
            throw new IllegalStateException("not today");
        }
    }

    private static String ask(TestPeer peer, String question) {
        peer.sendText(question);
        return peer.expectText();
    }

    @Test
    void theEndpointSeesPathAndQueryOfTheHandshake() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.connect("/who/caf%C3%A9%201;v=1?lang=en&lang=fr");
            assertEquals("café 1", ask(peer, "room"));
            assertEquals("[en, fr]", ask(peer, "query"));
            assertEquals("ws://localhost/who/caf%C3%A9%201;v=1?lang=en&lang=fr", ask(peer, "uri"));
        }
    }

    @Test
    void theConfiguratorSeesHeadersAndRolesAndItsAnswerIsShown() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.handshake("/who/a")
                    .header("Cookie", "a=1")
                    .header("Cookie", "b=2")
                    .principal("alice", "admin")
                    .connect();
            assertEquals("[a=1, b=2]", ask(peer, "cookie"));
            assertEquals("true", ask(peer, "admin"));
            assertEquals("alice", ask(peer, "user"));
            assertEquals(List.of("yes"), peer.responseHeaders().get("x-marked"));
        }
    }

    @Test
    void withoutAPrincipalTheUserIsNobody() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.connect("/who/a");
            assertEquals("nobody", ask(peer, "user"));
            assertEquals("false", ask(peer, "admin"));
        }
    }

    @Test
    void theSubprotocolIsTheOneThatTheServerChooses() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.handshake("/who/a").subprotocols("v0", "v1").connect();
            assertEquals("v1", peer.subprotocol());
            assertEquals("v1", ask(peer, "subprotocol"));
            assertEquals(
                    "", tester.handshake("/who/a").subprotocols("v0").connect().subprotocol());
        }
    }

    @Test
    void aRefusedHandshakeShowsItsAnswer() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            RefusedHandshake refused =
                    tester.handshake("/who/a").origin("https://evil.example").expectRefused(403);
            assertEquals("Pages of this origin may not connect here", refused.body());
            assertEquals(
                    List.of("13"),
                    tester.handshake("/who/a")
                            .header("Sec-WebSocket-Version", "12")
                            .expectRefused(426)
                            .headers()
                            .get("sec-websocket-version"));
            tester.handshake("/who/a").withoutHeader("Connection").expectRefused(400);
            tester.handshake("/what").expectRefused(404);
            assertTrue(tester.container().getOpenSessions().isEmpty());
        }
    }

    @Test
    void addressAndSecurityAreThoseOfTheHandshake() throws Exception {
        InetSocketAddress client =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7}), 4711);
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.handshake("/who/a").from(client).secure().connect();
            assertEquals("wss://localhost/who/a", ask(peer, "uri"));
            assertEquals(client, peer.session().getRemoteAddress());
            assertTrue(peer.session().isSecure());
        }
    }

    @Test
    void aProgrammaticEndpointRunsToo() {
        ServerEndpointConfig config =
                ServerEndpointConfig.Builder.create(Echo.class, "/echo").build();
        try (EndpointTester tester =
                EndpointTester.builder().endpoint(config).endpoint(Who.class).start()) {
            assertEquals("echo hi", ask(tester.connect("/echo"), "hi"));
            assertEquals("b", ask(tester.connect("/who/b"), "room"));
        }
    }

    /** Tells its number. */
    @ServerEndpoint("/numbered")
    public static class Numbered {
        private final int number;

        /** As a server makes it. */
        public Numbered() {
            this(0);
        }

        Numbered(int number) {
            this.number = number;
        }

        @OnMessage
        public int number(String question) {
            return number;
        }
    }

    @Test
    void theTestCanMakeTheObjectsOfAnEndpointOneForEachSession() {
        AtomicInteger made = new AtomicInteger();
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Numbered.class, () -> new Numbered(made.incrementAndGet()))
                .endpoint(Who.class)
                .start();
        try (tester) {
            assertEquals("1", ask(tester.connect("/numbered"), "?"));
            assertEquals("2", ask(tester.connect("/numbered"), "?"));
            assertEquals("a", ask(tester.connect("/who/a"), "room"));
        }
        try (EndpointTester plain = EndpointTester.of(Numbered.class)) {
            assertEquals("0", ask(plain.connect("/numbered"), "?"));
        }
    }

    @Test
    void anObjectThatTheTestCannotMakeRefusesTheHandshake() {
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Numbered.class, () -> {
                    throw new IllegalStateException("no numbers left");
                })
                .endpoint(Slow.class, () -> null)
                .start();
        try (tester) {
            tester.handshake("/numbered").expectRefused(500);
            tester.handshake("/slow").expectRefused(500);
            assertEquals(0, tester.container().getConnectionCounts().sessions());
        }
    }

    @Test
    void theSettingsOfTheContainerHold() {
        Settings settings =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 4).build();
        try (EndpointTester tester =
                EndpointTester.builder().endpoint(Who.class).settings(settings).start()) {
            TestPeer peer = tester.connect("/who/a");
            peer.sendText("12345");
            peer.expectClose(1009);
        }
    }

    @Test
    void aCapOnSessionsIsKeptAndItsPlaceGivenBack() {
        Settings settings = Settings.builder().set(Setting.MAX_SESSIONS, 1).build();
        try (EndpointTester tester =
                EndpointTester.builder().endpoint(Who.class).settings(settings).start()) {
            TestPeer first = tester.connect("/who/a");
            tester.handshake("/who/a").expectRefused(503);
            first.close(1000);
            first.expectSessionEnded();
            tester.await(
                    "the place is free",
                    () -> tester.container().getConnectionCounts().sessions() == 0);
            tester.connect("/who/a");
        }
    }

    @Test
    void callbacksRunOnTheWorkersOfProductionIfTheTestWantsThemWithTheContainerAtHand() {
        EndpointTester real =
                EndpointTester.builder().endpoint(Who.class).realThreads().start();
        try (EndpointTester tester = real) {
            TestPeer peer = tester.connect("/who/a");
            assertTrue(ask(peer, "thread").matches("hawser-test-\\d+-worker-\\d+"), ask(peer, "thread"));
            assertSame(tester.container(), peer.session().getContainer());
            assertEquals(1, tester.container().getOpenSessions().size());
        }
    }

    @Test
    void anEndpointThatCannotBeDeployedIsNamed() {
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> EndpointTester.of(Wrong.class));
        assertTrue(wrong.getMessage().contains(Wrong.class.getName()), wrong.getMessage());
    }

    @Test
    void aStopTellsThePeersAndRefusesNewOnes() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.connect("/who/a");
            tester.stop();
            peer.expectClose(1001);
            peer.expectEnd();
            assertFalse(peer.session().isOpen());
            tester.handshake("/who/a").expectRefused(503);
        }
    }

    @Test
    void aClosedTesterTakesNoHandshakeAndItsThreadsEnd() {
        EndpointTester tester = EndpointTester.of(Who.class);
        String thread = ask(tester.connect("/who/a"), "thread");
        String prefix = thread.substring(0, thread.indexOf("callbacks"));
        tester.close();
        tester.close();
        assertThrows(IllegalStateException.class, () -> tester.connect("/who/a"));
        assertTrue(
                Expectations.isTrueWithin(
                        Duration.ofSeconds(30),
                        () -> Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(other -> other.getName().startsWith(prefix) && other.isAlive())),
                () -> Map.copyOf(Thread.getAllStackTraces()).keySet().toString());
    }

    @Test
    void connectReturnsOnceOnOpenHasReturned() throws Exception {
        try (EndpointTester tester = EndpointTester.of(Slow.class)) {
            CompletableFuture<Integer> joined = CompletableFuture.supplyAsync(() -> {
                tester.connect("/slow");
                return Slow.JOINED.get();
            });
            assertTrue(Slow.BEGUN.tryAcquire(30, TimeUnit.SECONDS));
            assertThrows(TimeoutException.class, () -> joined.get(100, TimeUnit.MILLISECONDS));
            Slow.GO.release();
            assertEquals(1, joined.get(30, TimeUnit.SECONDS));
        } finally {
            Slow.GO.release();
        }
    }

    @Test
    void aPeerCanLeaveWhileOnOpenRuns() throws Exception {
        try (EndpointTester tester = EndpointTester.of(Slow.class)) {
            TestPeer peer = tester.handshake("/slow").connectWithoutWaiting();
            assertTrue(Slow.BEGUN.tryAcquire(30, TimeUnit.SECONDS));
            peer.vanish();
            Slow.GO.release();
            peer.expectOpened();
            peer.expectSessionEnded();
        } finally {
            Slow.GO.release();
        }
    }

    @Test
    void anOnOpenThatThrowsOrIsNotThereCountsAsReturned() {
        try (EndpointTester tester = EndpointTester.of(Failing.class, Who.class)) {
            TestPeer peer = tester.connect("/failing");
            peer.expectClose(1011);
            peer.expectSessionEnded();
            tester.connect("/who/a").expectOpened();
        }
    }

    @Test
    void aRoleThatIsGivenTwiceCountsOnce() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            TestPeer peer = tester.handshake("/who/a")
                    .principal("alice", "admin", "admin")
                    .connect();
            assertEquals("true", ask(peer, "admin"));
        }
    }

    @Test
    void whatIsNoTargetOrNoHeaderIsRefusedAtOnce() {
        try (EndpointTester tester = EndpointTester.of(Who.class)) {
            assertThrows(IllegalArgumentException.class, () -> tester.handshake("who/a"));
            assertThrows(IllegalArgumentException.class, () -> tester.handshake("ws://localhost/who/a"));
            assertThrows(IllegalArgumentException.class, () -> tester.handshake("/who/a%2Fb"));
            TestHandshake handshake = tester.handshake("/who/a");
            assertThrows(IllegalArgumentException.class, () -> handshake.header("A", "b\r\nC: d"));
        }
    }
}
