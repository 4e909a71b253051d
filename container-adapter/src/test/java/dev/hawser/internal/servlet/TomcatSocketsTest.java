package dev.hawser.internal.servlet;

import static dev.hawser.internal.servlet.EchoPeers.await;
import static dev.hawser.internal.servlet.EchoPeers.connected;
import static dev.hawser.internal.servlet.EchoPeers.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.CharArrayWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A web socket on Tomcat's NIO connector is read and written by threads of Hawser, one on the NIO2 connector by
 * Tomcat's. Tomcat knows of both: it counts them, writes them into its access log, and ends them with the connector.
 */
class TomcatSocketsTest {
    private static final String NIO = "org.apache.coyote.http11.Http11NioProtocol";
    private static final String NIO2 = "org.apache.coyote.http11.Http11Nio2Protocol";
    private static final Map<String, String> PORTABLE = Map.of("dev.hawser.transport", "portable");
    private static final BlockingQueue<Integer> CLOSED = new LinkedBlockingQueue<>();
    private static final Semaphore MAY_RETURN = new Semaphore(0);

    private final DebugLines lines = new DebugLines("dev.hawser.servlet", "portable transport");

    @ServerEndpoint("/echo")
    public static class Echo {
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
        MAY_RETURN.drainPermits();
    }

    @AfterEach
    void stopRecording() {
        lines.close();
    }

    @ParameterizedTest
    @CsvSource({NIO + ", false", NIO + ", true", NIO2 + ", false", NIO2 + ", true"})
    void bothConnectorsCarrySmallMessagesAndBigOnes(String protocol, boolean secure) throws Exception {
        String big = "0123456789".repeat(100_000);
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol);
                RawClient client = open(server, secure)) {
            for (int i = 0; i < 50; i++) {
                client.assertEchoes("message " + i);
            }
            client.assertEchoes(big);
            client.assertEchoes("behind it");
            assertEquals(protocol.equals(NIO), isReadByOurThread(), "whose threads read");
            assertEquals(List.of(), lines.seen(), "what is served by streams");
        }
        await(() -> !isReadByOurThread());
    }

    /** A frame in the segment of the request is in Tomcat's buffers already. */
    @ParameterizedTest
    @CsvSource({NIO + ", false", NIO + ", true", NIO2 + ", false", NIO2 + ", true"})
    void aMessageThatComesTogetherWithTheHandshakeIsRead(String protocol, boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol);
                RawClient client = connected(server, secure)) {
            // masked with a key of zeros
            client.send(RawClient.handshake("/echo") + "\u0081\u0085\0\0\0\0early");
            client.readHead();
            assertEquals("early", client.upgraded().readFrame().text());
            client.assertEchoes("later");
        }
    }

    @Test
    void oneLineSaysThatTheSettingChoosesThePortableTransport() throws Exception {
        try (TomcatTestServer server =
                new TomcatTestServer(Application.of(Echo.class).with(PORTABLE), NIO)) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = open(server, false)) {
                    client.assertEchoes("portable");
                }
            }
            assertEquals(1, lines.seen().size(), lines.seen()::toString);
            assertTrue(lines.seen().get(0).contains("dev.hawser.transport"), lines.seen()::toString);
        }
    }

    @Test
    void oneLineSaysThatTheConnectorNeedsThePortableTransport() throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), NIO2)) {
            server.plain().setProperty("useAsyncIO", "false");
            for (int i = 0; i < 3; i++) {
                try (RawClient client = open(server, false)) {
                    client.assertEchoes("portable");
                }
            }
            assertEquals(1, lines.seen().size(), lines.seen()::toString);
            assertTrue(lines.seen().get(0).contains("Nio2Channel"), lines.seen()::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({NIO + ", false", NIO + ", true", NIO2 + ", false", NIO2 + ", true"})
    void theConnectorCountsTheConnectionsThatAreOpenHoweverTheyEnd(String name, boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), name)) {
            AbstractProtocol<?> protocol = protocolOf(secure ? server.tls() : server.plain());
            long before = 1; // the acceptor counts the connection that it waits for, once it has begun to wait
            await(() -> protocol.getConnectionCount() == before);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                clients.add(open(server, secure));
            }
            await(() -> protocol.getConnectionCount() == before + clients.size());
            for (int i = 0; i < clients.size(); i++) {
                RawClient client = clients.get(i);
                switch (i % 3) {
                    case 0 -> client.reset();
                    case 1 -> client.close();
                    default -> {
                        client.sendFrame(0x88, new byte[] {3, (byte) 0xe8});
                        assertEquals(1000, client.readCloseCode());
                        assertEquals(0, client.readToEnd().length);
                        client.close();
                    }
                }
            }
            await(() -> protocol.getConnectionCount() == before);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({NIO + ", false", NIO2 + ", false", NIO2 + ", true"})
    void aPlaceIsFreeAgainWhenAConnectionHasEnded(String protocol, boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol)) {
            (secure ? server.tls() : server.plain()).setProperty("maxConnections", "2");
            for (int i = 0; i < 8; i++) {
                try (RawClient first = open(server, secure);
                        RawClient second = open(server, secure)) {
                    first.assertEchoes("first");
                    second.assertEchoes("second");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NIO, NIO2})
    void theAccessLogHasOneLineForTheHandshake(String protocol) throws Exception {
        BlockingQueue<String> logged = new LinkedBlockingQueue<>();
        AbstractAccessLogValve valve = new AbstractAccessLogValve() {
            @Override
            protected void log(CharArrayWriter line) {
                logged.add(line.toString());
            }
        };
        valve.setPattern("%s %U");
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol)) {
            server.context().getPipeline().addValve(valve);
            try (RawClient client = open(server, false)) {
                client.assertEchoes("hello");
                assertEquals("101 /echo", logged.poll(30, TimeUnit.SECONDS));
            }
            assertNotNull(CLOSED.poll(30, TimeUnit.SECONDS));
            assertEquals(List.of(), List.copyOf(logged));
        }
    }

    /** Neither messages nor a session that reads nothing cost Tomcat a task; by streams each reading is one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noThreadOfTomcatWorksForAnOpenConnection(boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), NIO);
                RawClient paused = open(server, secure);
                RawClient busy = open(server, secure)) {
            paused.sendText("wait");
            for (int i = 0; i < 2_000; i++) {
                paused.sendText("x".repeat(100)); // more than may wait
            }
            busy.assertEchoes("begin");
            ThreadPoolExecutor ofTomcat = threadsOf(secure ? server.tls() : server.plain());
            await(() -> ofTomcat.getActiveCount() == 0);
            long before = ofTomcat.getTaskCount();
            for (int i = 0; i < 200; i++) {
                busy.assertEchoes("message " + i);
            }
            assertEquals(before, ofTomcat.getTaskCount());
            MAY_RETURN.release();
            assertEquals("wait", paused.readFrame().text());
        }
    }

    /** The other connector has threads of its own, so its peer tells that time has passed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noThreadOfTomcatWorksForASessionThatDoesNotReadOnNio2(boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), NIO2);
                RawClient paused = open(server, secure);
                RawClient elsewhere = open(server, !secure)) {
            paused.sendText("wait");
            for (int i = 0; i < 2_000; i++) {
                paused.sendText("x".repeat(100)); // more than may wait
            }
            ThreadPoolExecutor ofTomcat = threadsOf(secure ? server.tls() : server.plain());
            AtomicLong tasks = new AtomicLong();
            AtomicInteger polls = new AtomicInteger();
            await(() -> {
                long now = ofTomcat.getTaskCount();
                boolean rests = tasks.getAndSet(now) == now && ofTomcat.getActiveCount() == 0;
                return (rests ? polls.incrementAndGet() : polls.getAndSet(0)) >= 20;
            });
            for (int i = 0; i < 200; i++) {
                elsewhere.assertEchoes("message " + i);
            }
            assertEquals(tasks.get(), ofTomcat.getTaskCount());
            MAY_RETURN.release();
            assertEquals("wait", paused.readFrame().text());
            for (int i = 0; i < 2_000; i++) {
                assertEquals(100, paused.readFrame().text().length());
            }
            paused.assertEchoes("behind it");
        }
    }

    /** TLS gives Tomcat the close frame and the end in one read. */
    @ParameterizedTest
    @ValueSource(strings = {NIO, NIO2})
    void aCloseFrameTogetherWithTheEndOfTlsIsRead(String protocol) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol)) {
            for (int i = 0; i < 20; i++) {
                RawClient client = open(server, true);
                client.sendFrame(0x88, new byte[] {3, (byte) 0xe9});
                client.close();
                assertEquals(1001, CLOSED.poll(30, TimeUnit.SECONDS));
            }
        }
    }

    /** The stream of TCP stays open, and nothing is sent that could fail. */
    @ParameterizedTest
    @ValueSource(strings = {NIO, NIO2})
    void theEndOfTlsBehindAFrameEndsTheSession(String protocol) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol);
                RawClient client = open(server, true)) {
            client.sendFrame(0x8a, new byte[0]);
            client.socket().shutdownOutput();
            assertEquals(1006, CLOSED.poll(30, TimeUnit.SECONDS));
        }
    }

    /** As all requests of Spring WebFlux are. */
    @ParameterizedTest
    @ValueSource(strings = {NIO, NIO2})
    void aRequestThatIsAsynchronousCanBeUpgraded(String protocol) throws Exception {
        try (TomcatTestServer server =
                        new TomcatTestServer(Application.of(Echo.class).with(new UpgradesLater()), protocol);
                RawClient client = new RawClient(server.port(), "/later")) {
            client.upgraded().assertEchoes("hello");
            client.sendFrame(0x88, new byte[] {3, (byte) 0xe8});
            assertEquals(1000, client.readCloseCode());
            assertEquals(0, client.readToEnd().length);
        }
    }

    private static final class UpgradesLater extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext later = request.startAsync();
            ServerContainer container =
                    (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
            later.start(() -> {
                try {
                    ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Echo.class, "/later")
                            .build();
                    container.upgradeHttpToWebSocket(request, response, config, Map.of());
                } catch (IOException | DeploymentException e) {
                    throw new IllegalStateException(e);
                } finally {
                    later.complete();
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({NIO + ", false", NIO + ", true", NIO2 + ", false", NIO2 + ", true"})
    void theEndOfTheConnectorEndsTheSession(String protocol, boolean secure) throws Exception {
        try (TomcatTestServer server = new TomcatTestServer(Application.of(Echo.class), protocol);
                RawClient client = open(server, secure)) {
            Connector connector = secure ? server.tls() : server.plain();
            client.assertEchoes("Tomcat has switched");
            connector.pause();
            client.assertEchoes("a pause is for new connections");
            connector.stop();
            assertEquals(1006, CLOSED.poll(30, TimeUnit.SECONDS));
            assertEquals(0, client.readToEnd().length);
        }
    }

    private static AbstractProtocol<?> protocolOf(Connector connector) {
        return (AbstractProtocol<?>) connector.getProtocolHandler();
    }

    private static ThreadPoolExecutor threadsOf(Connector connector) {
        return (ThreadPoolExecutor) connector.getProtocolHandler().getExecutor();
    }

    private static boolean isReadByOurThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().matches("hawser-.*-selector-\\d+"));
    }
}
