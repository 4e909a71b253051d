package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timeouts and pings come when the test lets the time pass, at their times and in their order, and never before. */
class VirtualTimeTest {
    private static final Duration TICK = Duration.ofNanos(1);
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    /** Has the idle timeout of its path, in seconds, and does what the message says. */
    @ServerEndpoint("/timed/{idle}")
    public static class Timed {
        @OnOpen
        public void open(Session session, @PathParam("idle") int idle) {
            session.setMaxIdleTimeout(1000L * idle);
        }

        @OnMessage
        public void message(String text, Session session, @PathParam("idle") String name) throws IOException {
            if (text.equals("close")) {
                session.close();
            } else if (text.startsWith("fill")) {
                session.getAsyncRemote().setSendTimeout(Long.parseLong(text.substring(5)));
                session.getAsyncRemote()
                        .sendText("x".repeat(200_000), result -> SEEN.add("sent " + result.isOK() + " to " + name));
            }
        }

        @OnClose
        public void close(Session session, CloseReason reason, @PathParam("idle") String name) {
            SEEN.add(name + " closes with " + reason.getCloseCode().getCode() + ", "
                    + ((HawserSession) session).getCloseCause());
        }
    }

    @BeforeEach
    void begin() {
        SEEN.clear();
    }

    private static List<String> seen() {
        List<String> seen = List.copyOf(SEEN);
        SEEN.clear();
        return seen;
    }

    private static EndpointTester testerWith(Setting<Duration> setting, int seconds) {
        return EndpointTester.builder()
                .endpoint(Timed.class)
                .settings(Settings.builder()
                        .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ZERO)
                        .set(setting, Duration.ofSeconds(seconds))
                        .build())
                .start();
    }

    @Test
    void aSessionIsIdleAfterItsTimeAndNotATickBefore() {
        try (EndpointTester tester = EndpointTester.of(Timed.class)) {
            TestPeer peer = tester.connect("/timed/3600");
            tester.advance(Duration.ofMinutes(40));
            peer.sendText("still here");
            tester.advance(Duration.ofHours(1).minus(TICK));
            assertEquals(List.of(), seen());
            tester.advance(TICK);
            peer.expectClose(1001, "idle for 3600000 ms");
            assertEquals(List.of("3600 closes with 1006, IDLE"), seen());
        }
    }

    @Test
    void timeoutsFireInTheOrderOfTheirTimes() {
        try (EndpointTester tester = EndpointTester.of(Timed.class)) {
            for (int idle : new int[] {30, 10, 20, 40}) {
                tester.connect("/timed/" + idle);
            }
            tester.advance(Duration.ofSeconds(35));
            assertEquals(
                    List.of("10 closes with 1006, IDLE", "20 closes with 1006, IDLE", "30 closes with 1006, IDLE"),
                    seen());
        }
    }

    @Test
    void realTimeFiresNothing() {
        try (EndpointTester tester = testerWith(Setting.KEEP_ALIVE_INTERVAL, 1)) {
            TestPeer peer = tester.connect("/timed/1");
            long begun = System.nanoTime();
            tester.await("two seconds", () -> System.nanoTime() - begun > 2_000_000_000L);
            peer.sendPing(new byte[] {1});
            peer.expectPong(new byte[] {1});
            assertEquals(List.of(), seen());
        }
    }

    @Test
    void aPeerGetsAPingInEachInterval() {
        try (EndpointTester tester = testerWith(Setting.KEEP_ALIVE_INTERVAL, 10)) {
            TestPeer peer = tester.connect("/timed/0");
            tester.advance(Duration.ofSeconds(10));
            byte[] first = peer.expectPing();
            tester.advance(Duration.ofSeconds(10));
            assertArrayEquals(first, peer.expectPing());
            assertEquals(List.of(), seen());
        }
    }

    @Test
    void aPeerThatAnswersNoPingIsCut() {
        try (EndpointTester tester = EndpointTester.of(Timed.class)) {
            TestPeer peer = tester.connect("/timed/0");
            peer.stopAnswering();
            tester.advance(Duration.ofSeconds(25 + 20).minus(TICK));
            assertEquals(List.of(), seen());
            tester.advance(TICK);
            assertEquals(List.of("0 closes with 1006, KEEP_ALIVE_LOST"), seen());
            peer.expectPing();
            peer.expectEnd();
        }
    }

    @Test
    void aClosingHandshakeHasItsTime() {
        try (EndpointTester tester = testerWith(Setting.CLOSE_TIMEOUT, 7)) {
            TestPeer peer = tester.connect("/timed/0");
            peer.stopAnswering();
            peer.sendText("close");
            peer.expectClose(1000);
            tester.advance(Duration.ofSeconds(7).minus(TICK));
            assertEquals(List.of(), seen());
            tester.advance(TICK);
            assertEquals(List.of("0 closes with 1006, CLOSED_BY_APPLICATION"), seen());
        }
    }

    @Test
    void anAsynchronousSendHasItsTime() {
        try (EndpointTester tester = testerWith(Setting.IDLE_TIMEOUT, 0)) {
            TestPeer slow = tester.connect("/timed/0");
            slow.stopReading();
            slow.sendText("fill 5000");
            tester.advance(Duration.ofSeconds(5).minus(TICK));
            assertEquals(List.of(), seen());
            tester.advance(TICK);
            assertTrue(seen().contains("sent false to 0"));
        }
    }

    /** Subscribes each session, and tells it what it has missed. */
    @ServerEndpoint(value = "/news", subprotocols = "hawser.topics.v1")
    public static class News {
        @OnOpen
        public void open(Session session) {
            Topics.of(session).subscribe(session, "news");
        }
    }

    @Test
    void theHistoryOfATopicGrowsOld() {
        try (EndpointTester tester = EndpointTester.of(News.class)) {
            Topics topics = Topics.of(tester.container());
            topics.configure("news", TopicOptions.live().history(10, Duration.ofMinutes(10)));
            TestHandshake first = tester.handshake("/news").subprotocols("hawser.topics.v1");
            String head = first.connect().expectText();
            Matcher epoch = Pattern.compile("\"epoch\":\"([^\"]+)\"").matcher(head);
            assertTrue(epoch.find(), head);
            topics.publish("news", "old");
            String again = "/news?hawser.topic=" + epoch.group(1) + ".0.news";
            tester.advance(Duration.ofMinutes(10).minus(TICK));
            TestPeer inTime =
                    tester.handshake(again).subprotocols("hawser.topics.v1").connect();
            assertTrue(inTime.expectText().contains("\"recovered\""));
            assertTrue(inTime.expectText().endsWith("\nold"));
            tester.advance(TICK.multipliedBy(2));
            TestPeer late =
                    tester.handshake(again).subprotocols("hawser.topics.v1").connect();
            assertTrue(late.expectText().contains("\"gap\""));
        }
    }

    /** A client that does nothing. */
    @ClientEndpoint
    public static class Quiet {}

    @Test
    void aClientPingsWhenTimePasses() {
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(new Quiet(), "ws://quiet.example/");
            TestPeer server = connect.expectHandshake().accept();
            connect.expectSession();
            tester.advance(Duration.ofSeconds(25));
            server.expectPing();
            assertThrows(IllegalArgumentException.class, () -> tester.advance(TICK.negated()));
        }
    }

    /** What two hours bring to some sessions. */
    private static List<String> play() {
        SEEN.clear(); // what the stop of the last tester has brought
        try (EndpointTester tester = EndpointTester.of(Timed.class)) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                peers.add(tester.connect("/timed/" + (1000 + 100 * i)));
            }
            peers.get(0).stopAnswering();
            peers.get(1).stopReading();
            peers.get(1).sendText("fill 3000");
            for (int i = 0; i < 12; i++) {
                tester.advance(Duration.ofMinutes(10));
                peers.get(2 + i % 2).sendText("here");
            }
            return seen();
        }
    }

    @Test
    void allRunsDoTheSame() {
        List<String> first = play();
        assertEquals(5, first.size(), first::toString);
        for (int i = 0; i < 3; i++) {
            assertEquals(first, play());
        }
    }

    @Test
    void nothingForAnHourIsAMatterOfAMoment() {
        try (EndpointTester tester = EndpointTester.of(Timed.class)) {
            TestPeer peer = tester.connect("/timed/3600");
            peer.expectNothingFor(Duration.ofMinutes(59));
            assertThrows(AssertionError.class, () -> peer.expectNothingFor(Duration.ofMinutes(1)));
        }
    }

    @Test
    void timePassesOnlyWhereItCan() {
        EndpointTester real = EndpointTester.builder().realThreads().start();
        try (real) {
            assertThrows(IllegalStateException.class, () -> real.advance(TICK));
        }
        EndpointTester closed = EndpointTester.of(Timed.class);
        try (closed) {
            closed.advance(Duration.ZERO);
            assertThrows(IllegalArgumentException.class, () -> closed.advance(TICK.negated()));
        }
        assertThrows(IllegalStateException.class, () -> closed.advance(TICK));
    }
}
