package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs the snippets of docs/testing.md. */
class TestingPageTest {
    private static final Path PAGE = Path.of("../../docs/testing.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/hawser/test/TestingPageTest.java");

    @ServerEndpoint(
            value = "/chat/{room}",
            subprotocols = {"chat.v2", "chat.v1"})
    public static class Chat {
        @OnMessage
        public String said(String text, @PathParam("room") String room, Session session) {
            Principal user = session.getUserPrincipal();
            return (user == null ? "guest" : user.getName()) + " in " + room + ": " + text;
        }
    }

    /** A programmatic endpoint. */
    public static class Echo extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) session.getAsyncRemote()::sendText);
        }
    }

    @Test
    void eachSnippetOfThePageIsInThisTest() throws IOException {
        String tests = withoutBlanks(Files.readString(SOURCE));
        Matcher snippet = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int found = 0;
        while (snippet.find()) {
            found++;
            assertTrue(tests.contains(withoutBlanks(snippet.group(1))), snippet.group(1));
        }
        assertEquals(20, found);
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void firstTest() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.sendText("hi");
            peer.expectText("guest in harbour: hi");
            peer.close(1000);
            peer.expectClose(1000);
        }
    }

    @Test
    void theFailureIsAsThePageShowsIt() throws IOException {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.sendText("hi");
            String message = assertThrows(AssertionError.class, () -> peer.expectText("hello"))
                    .getMessage();
            assertTrue(Files.readString(PAGE).contains("```\n" + message + "\n```"), message);
        }
    }

    @Test
    void handshakes() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.handshake("/chat/harbour?lang=en")
                    .principal("alice", "admin")
                    .header("Cookie", "theme=dark")
                    .subprotocols("chat.v3", "chat.v1")
                    .connect();
            assertEquals("chat.v1", peer.subprotocol());
            peer.sendText("hi");
            peer.expectText("alice in harbour: hi");
            RefusedHandshake refused = tester.handshake("/chat/harbour")
                    .origin("https://evil.example")
                    .expectRefused(403);
            assertEquals("Pages of this origin may not connect here", refused.body());
        }
    }

    /** A move of a game. */
    public record Move(String from, String to) {}

    /** Writes a move. */
    public static class MoveEncoder implements Encoder.Text<Move> {
        @Override
        public String encode(Move move) {
            return move.from() + "-" + move.to();
        }
    }

    /** Reads a move. */
    public static class MoveDecoder implements Decoder.Text<Move> {
        @Override
        public Move decode(String text) {
            return new Move(text.substring(0, 2), text.substring(3));
        }

        @Override
        public boolean willDecode(String text) {
            return text.length() == 5;
        }
    }

    @ServerEndpoint(value = "/game", encoders = MoveEncoder.class, decoders = MoveDecoder.class)
    public static class Game {
        @OnMessage
        public Move answer(Move move) {
            return new Move(move.to(), move.from());
        }
    }

    @Test
    void objects() {
        try (EndpointTester tester = EndpointTester.of(Game.class)) {
            TestPeer peer = tester.connect("/game");
            peer.sendText(new MoveEncoder().encode(new Move("e2", "e4")));
            assertEquals(new Move("e4", "e2"), new MoveDecoder().decode(peer.expectText()));
        }
    }

    @ServerEndpoint("/weather")
    public static class Weather {
        private final Supplier<String> station;

        public Weather() {
            this(() -> "a real station");
        }

        Weather(Supplier<String> station) {
            this.station = station;
        }

        @OnMessage
        public String ask(String question) {
            return station.get();
        }
    }

    @Test
    void fakes() {
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Weather.class, () -> new Weather(() -> "fog"))
                .start();
        try (tester) {
            TestPeer peer = tester.connect("/weather");
            peer.sendText("?");
            peer.expectText("fog");
        }
    }

    /** The application's own bean. */
    @ApplicationScoped
    public static class Greetings {
        public String of(String name) {
            return "hello " + name;
        }
    }

    @ServerEndpoint("/greet")
    public static class Greeter {
        @Inject
        Greetings greetings;

        @OnMessage
        public String greet(String name) {
            return greetings.of(name);
        }
    }

    @Test
    void beans() {
        SeContainer cdi = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(Greeter.class, Greetings.class)
                .initialize();
        try (cdi;
                EndpointTester tester = EndpointTester.of(Greeter.class)) {
            TestPeer peer = tester.connect("/greet");
            peer.sendText("ann");
            peer.expectText("hello ann");
        }
    }

    /** Gives the topics of the tester. */
    @ApplicationScoped
    public static class Producers {
        private volatile EndpointTester tester;

        public void take(EndpointTester given) {
            tester = given;
        }

        @Produces
        Topics topics() {
            return Topics.of(tester.container());
        }
    }

    /** Joins a topic, and publishes to it. */
    @ServerEndpoint("/news")
    public static class News {
        @Inject
        Topics topics;

        @OnOpen
        public void opened(Session session) {
            topics.subscribe(session, "news");
        }

        @OnMessage
        public void publish(String text) {
            topics.publish("news", text);
        }
    }

    @Test
    void injectedTopics() {
        SeContainer cdi = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(News.class, Producers.class)
                .initialize();
        try (cdi;
                EndpointTester tester = EndpointTester.of(News.class)) {
            cdi.select(Producers.class).get().take(tester);
            TestPeer ann = tester.connect("/news");
            TestPeer bob = tester.connect("/news");
            ann.sendText("hi");
            ann.expectText("hi");
            bob.expectText("hi");
        }
    }

    @Test
    void compression() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.handshake("/chat/harbour")
                    .extensions("permessage-deflate")
                    .connect();
            assertEquals("permessage-deflate", peer.extensions().get(0).name());
            peer.sendText("hi");
            peer.expectText("guest in harbour: hi");
        }
    }

    @Test
    void fragmentsAndPings() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.sendTextInFragments("h", "i");
            peer.expectText("guest in harbour: hi");
            peer.sendPing(new byte[] {1, 2});
            peer.expectPong(new byte[] {1, 2});
        }
    }

    @Test
    void misbehaviour() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            tester.connect("/chat/a").vanish(); // the connection ends without a close frame
            tester.connect("/chat/b").vanishMidFrame();
            tester.connect("/chat/c").reset();
            tester.connect("/chat/d").stopReading(); // the network holds 64 KiB, then sends wait
            tester.connect("/chat/e").stopAnswering(); // neither pongs nor close frames
            tester.connect("/chat/f").sendUnmasked("hi"); // a 1002
            tester.await(
                    "two are left", () -> tester.container().getOpenSessions().size() == 2);
        }
    }

    @Test
    void ends() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.vanish();
            peer.expectSessionEnded();
            tester.await(
                    "nobody is left", () -> tester.container().getOpenSessions().isEmpty());
        }
    }

    @Test
    void realThreads() {
        EndpointTester tester =
                EndpointTester.builder().endpoint(Chat.class).realThreads().start();
        try (tester) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.sendText("hi");
            peer.expectText("guest in harbour: hi");
        }
    }

    @Test
    void timePasses() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.session().setMaxIdleTimeout(Duration.ofHours(1).toMillis());
            tester.advance(Duration.ofMinutes(59));
            peer.sendText("hi");
            peer.expectText("guest in harbour: hi");
            peer.expectNothingFor(Duration.ofMinutes(59));
            tester.advance(Duration.ofMinutes(1));
            peer.expectClose(1001, "idle for 3600000 ms");
        }
    }

    @Test
    void pings() {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat/harbour");
            peer.stopAnswering();
            tester.advance(Duration.ofSeconds(25)); // keepAliveInterval
            peer.expectPing();
            tester.advance(Duration.ofSeconds(20)); // pongTimeout
            peer.expectEnd();
        }
    }

    /** Sends more than the network of a peer holds. */
    @ServerEndpoint("/large")
    public static class Large {
        @OnMessage
        public void send(String message, Session session) throws IOException {
            session.getBasicRemote().sendText("x".repeat(1_000_000));
        }
    }

    @Test
    void slowReader() {
        try (EndpointTester tester = EndpointTester.of(Large.class)) {
            TestPeer slow = tester.connect("/large");
            slow.stopReading();
            slow.sendText("send me much"); // returns, and the callback waits
            tester.advance(Duration.ofSeconds(20)); // sendTimeout
            slow.expectSessionEnded();
        }
    }

    @Test
    void settings() {
        EndpointTester tester = EndpointTester.builder()
                .endpoint(
                        ServerEndpointConfig.Builder.create(Echo.class, "/echo").build())
                .settings(Settings.builder()
                        .set(Setting.MAX_TEXT_MESSAGE_SIZE, 100)
                        .build())
                .deadline(Duration.ofSeconds(3))
                .start();
        try (tester) {
            TestPeer peer = tester.connect("/echo");
            peer.sendText("hi");
            peer.expectText("hi");
            peer.sendText("x".repeat(101));
            peer.expectClose(1009);
        }
    }
}
