package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.Frame;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URL;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chapters 2.1, 2.2.2, 4.4, 4.5 and 5.1: instances, sessions, and the order of their events. */
@ArquillianTest
class EndpointLifecycleIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war(
                "lifecycle", Programmatic.class, Configurations.class, Annotated.class, SlowOpen.class, Busy.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Answers its identity and how many peers it has had. */
    public static final class Programmatic extends Endpoint {
        private final AtomicInteger peers = new AtomicInteger();

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            int number = peers.incrementAndGet();
            session.addMessageHandler(String.class, message -> {
                try {
                    session.getBasicRemote().sendText(System.identityHashCode(this) + " " + number);
                } catch (IOException e) {
                    Journal.add("programmatic", e.toString());
                }
            });
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            Journal.add(
                    session.getQueryString(),
                    "close " + reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
        }
    }

    /** Publishes the programmatic endpoint, and the annotated ones as found. */
    public static final class Configurations implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of(ServerEndpointConfig.Builder.create(Programmatic.class, "/programmatic")
                    .build());
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned;
        }
    }

    /** Answers questions about its session. */
    @ServerEndpoint("/annotated")
    public static final class Annotated {
        private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

        private Session opened;
        private EndpointConfig config;

        @OnOpen
        public void onOpen(EndpointConfig config, Session session) {
            this.opened = session;
            this.config = config;
            session.getUserProperties().put("mark", "kept");
        }

        @OnMessage
        public String onMessage(String question, Session session) {
            return switch (question) {
                case "new id" -> String.valueOf(IDS.add(session.getId()));
                case "same session" -> String.valueOf(session == opened || session.equals(opened));
                case "instance" -> String.valueOf(System.identityHashCode(this));
                case "property" -> String.valueOf(session.getUserProperties().get("mark"));
                case "config" -> String.valueOf(((ServerEndpointConfig) config).getPath());
                case "open sessions" -> String.valueOf(session.getOpenSessions().contains(session));
                default -> throw new IllegalArgumentException(question);
            };
        }

        @OnClose
        public void onClose(CloseReason reason, Session session) {
            Journal.add(session.getQueryString(), reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
            Journal.add(session.getQueryString(), "same session " + session.equals(opened));
            Journal.add(
                    session.getQueryString(),
                    "property " + session.getUserProperties().get("mark"));
            if (reason.getCloseCode().getCode() == 4444) {
                throw new IllegalStateException("thrown by onClose");
            }
        }

        @OnError
        public void onError(Session session, Throwable error) {
            Journal.add(session.getQueryString(), "error " + error.getMessage() + " " + session.equals(opened));
        }
    }

    /** Stays in onOpen until the client's message and close frame must have arrived. */
    @ServerEndpoint("/slow-open")
    public static final class SlowOpen {
        static final CountDownLatch RELEASE = new CountDownLatch(1);

        @OnOpen
        public void onOpen() throws InterruptedException {
            RELEASE.await(30, TimeUnit.SECONDS);
            Journal.add("slow", "opened");
        }

        @OnMessage
        public void onMessage(String message) {
            Journal.add("slow", message);
        }

        @OnClose
        public void onClose() {
            Journal.add("slow", "closed");
        }
    }

    /** Releases {@link SlowOpen}, and reports the greatest number of threads that were in one instance at a time. */
    @ServerEndpoint("/busy")
    public static final class Busy {
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final StringBuilder order = new StringBuilder();

        @OnMessage
        public String onMessage(String message) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                if (message.equals("release")) {
                    SlowOpen.RELEASE.countDown();
                }
                order.append(message);
                // Long enough for another thread to be seen, were there one.
                for (int i = 0; i < 10_000; i++) {
                    Thread.onSpinWait();
                }
                return message.equals("report") ? most.get() + " " + order : "";
            } finally {
                inside.decrementAndGet();
            }
        }
    }

    @Test
    void eachPeerOfAProgrammaticEndpointHasAnInstanceOfItsOwn() throws IOException {
        try (WireClient one = app.open("/programmatic");
                WireClient two = app.open("/programmatic")) {
            String first = one.sendText("who").receiveText();
            String second = two.sendText("who").receiveText();
            assertNotEquals(first, second);
            assertTrue(first.endsWith(" 1") && second.endsWith(" 1"), first + ", " + second);
        }
    }

    @Test
    void eachPeerOfAnAnnotatedEndpointHasAnInstanceOfItsOwn() throws IOException {
        try (WireClient one = app.open("/annotated");
                WireClient two = app.open("/annotated")) {
            String first = one.sendText("instance").receiveText();
            assertEquals(first, one.sendText("instance").receiveText());
            assertNotEquals(first, two.sendText("instance").receiveText());
        }
    }

    @Test
    void aSessionIsUniqueAndItsIdIsNeverUsedAgain() throws IOException {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (WireClient client = app.open("/annotated")) {
                answers.add(client.sendText("new id").receiveText());
                client.sendClose(1000, "");
                client.receiveClose();
            }
        }
        assertEquals(Set.of("true"), answers);
    }

    @Test
    void theSameSessionIsPassedToEveryCallbackOfAPeer() throws IOException {
        assertEquals("true", app.ask("/annotated", "same session"));
        assertEquals("true", app.ask("/annotated", "open sessions"));
    }

    @Test
    void onOpenIsGivenTheConfigurationOfItsEndpoint() throws IOException {
        assertEquals("/annotated", app.ask("/annotated", "config"));
    }

    @Test
    void onCloseIsToldTheCodeAndReasonOfThePeer() throws IOException {
        try (WireClient client = app.open("/annotated?peer-closes")) {
            client.sendClose(4001, "good bye");
            assertEquals(4001, client.receiveClose().closeCode());
        }
        assertEquals("4001 good bye", app.event("peer-closes"));
        assertEquals("same session true", app.event("peer-closes"));
        assertEquals("property kept", app.event("peer-closes"));
    }

    @Test
    void whatOnCloseThrowsIsGivenToOnErrorWithTheSession() throws IOException {
        try (WireClient client = app.open("/annotated?close-throws")) {
            client.sendClose(4444, "");
            client.receiveClose();
        }
        for (int i = 0; i < 3; i++) {
            app.event("close-throws");
        }
        assertEquals("error thrown by onClose true", app.event("close-throws"));
    }

    @Test
    void aProgrammaticEndpointIsToldTheCodeAndReasonOfThePeer() throws IOException {
        try (WireClient client = app.open("/programmatic?programmatic")) {
            client.sendClose(1001, "away");
            assertEquals(1001, client.receiveClose().closeCode());
        }
        assertEquals("close 1001 away", app.event("programmatic"));
    }

    @Test
    void aConnectionThatIsCutIsClosedWith1006() throws IOException {
        try (WireClient client = app.open("/annotated?cut")) {
            client.sendText("property").receiveText();
        }
        assertTrue(app.event("cut").startsWith("1006"), "the close code of a lost connection");
    }

    @Test
    void nothingIsDeliveredBeforeOnOpenHasReturned() throws IOException {
        try (WireClient slow = app.open("/slow-open");
                WireClient busy = app.open("/busy")) {
            slow.sendText("message").sendClose(1000, "");
            busy.sendText("release").receiveMessage();
            assertEquals("opened", app.event("slow"));
            assertEquals("message", app.event("slow"));
            assertEquals("closed", app.event("slow"));
        }
    }

    @Test
    void oneThreadAtATimeCallsAnEndpointAndInTheOrderOfArrival() throws IOException {
        StringBuilder expected = new StringBuilder();
        try (WireClient client = app.open("/busy")) {
            for (char c = 'a'; c <= 'z'; c++) {
                client.sendText(String.valueOf(c));
                expected.append(c);
            }
            client.sendText("report");
            String last = "";
            while (last.isEmpty()) {
                Frame answer = client.receiveMessage();
                last = answer.text();
            }
            assertEquals("1 " + expected + "report", last);
        }
    }
}
