package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.security.ConstraintMapping;
import org.eclipse.jetty.ee11.servlet.security.ConstraintSecurityHandler;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** A web socket on one stream of an HTTP/2 connection (RFC 8441 5.1), in clear. */
class Http2TunnelTest {
    @Test
    void anExtendedConnectIsAWebSocket() throws Exception {
        try (Http2 http2 = new Http2(null)) {
            Received received = new Received();
            Stream stream = http2.connect("/echo", received);
            assertEchoes(stream, received);
            send(stream, "888237fa213d3412"); // close, 1000
            assertTrue(received.holds("810548656c6c6f" + "880203e8"));
            assertNotNull(received.ends.poll(30, TimeUnit.SECONDS), "END_STREAM");
        }
    }

    @Test
    void connectDoesNotSlipPastAConstraintOnGet() throws Exception {
        ConstraintMapping onGet = forUsersOnly("/echo");
        onGet.setMethod("GET");
        assertEquals(403, statusOfConnect(onGet, "/echo"));
    }

    @Test
    void connectDoesNotSlipPastAConstraintOnAllMethodsButPost() throws Exception {
        ConstraintMapping allButPost = forUsersOnly("/*");
        allButPost.setMethodOmissions(new String[] {"POST", "CONNECT"});
        assertEquals(403, statusOfConnect(allButPost, "/echo"));
    }

    @Test
    void connectDoesNotSlipPastAConstraintThatOmitsOtherMethods() throws Exception {
        ConstraintMapping allButPost = forUsersOnly("/echo");
        allButPost.setMethodOmissions(new String[] {"POST"});
        assertEquals(401, statusOfConnect(allButPost, "/echo"), "Jetty's own answer: CONNECT is not omitted");
    }

    @Test
    void connectDoesNotSlipPastAnExtensionPatternOrTheWholeApplication() throws Exception {
        for (String pattern : new String[] {"/*", "/", "/echo/*"}) {
            ConstraintMapping onGet = forUsersOnly(pattern);
            onGet.setMethod("GET");
            assertEquals(403, statusOfConnect(onGet, "/echo"), pattern);
        }
    }

    @Test
    void aMethodThatNoConstraintCoversIsDeniedWhereTheApplicationSaysSo() throws Exception {
        ConstraintMapping onGet = forUsersOnly("/echo");
        onGet.setMethod("GET");
        try (Http2 http2 = new Http2(onGet, security -> security.setDenyUncoveredHttpMethods(true), h2c -> {})) {
            assertEquals(403, http2.statusOfConnect("/echo"));
        }
    }

    @Test
    void aConstraintOnAnotherPathIsNoneOfTheirs() throws Exception {
        ConstraintMapping elsewhere = forUsersOnly("/admin/*");
        elsewhere.setMethod("GET");
        assertEquals(200, statusOfConnect(elsewhere, "/echo"));
    }

    @Test
    void aConstraintOnEveryMethodIsTheContainersToKeep() throws Exception {
        assertEquals(401, statusOfConnect(forUsersOnly("/echo"), "/echo"));
    }

    /** docs/containers.md has the line. */
    @Test
    void itCanBeSwitchedOffForAServer() throws Exception {
        try (Http2 http2 = new Http2(null, security -> {}, h2c -> {
            // begin without-http2
            h2c.setConnectProtocolEnabled(false);
            // end without-http2
        })) {
            Received received = new Received();
            http2.connect("/echo", received);
            assertEquals("reset 1", received.failures.poll(30, TimeUnit.SECONDS)); // PROTOCOL_ERROR
            assertTrue(received.statuses.isEmpty());
            assertEquals(List.of(0), http2.connectProtocol);
        }
        try (Http2 http2 = new Http2(null)) {
            http2.statusOfConnect("/echo");
            assertEquals(List.of(1), http2.connectProtocol, "SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 3)");
        }
    }

    @Test
    void theStopOfTheServerSends1001() throws Exception {
        try (Http2 http2 = new Http2(null)) {
            Received received = new Received();
            Stream stream = http2.connect("/echo", received);
            assertEchoes(stream, received);
            Thread stop = new Thread(() -> {
                try {
                    http2.server.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            stop.start();
            assertTrue(received.holds("810548656c6c6f"
                    + "881703e9746865206170706c69636174696f6e2073746f7073")); // close, 1001, with a reason
            send(stream, "888237fa213d3413"); // close, 1001
            stop.join(20_000);
            assertFalse(stop.isAlive());
        }
    }

    @Test
    void aPeerThatAnswersNoKeepAlivePingIsCut() throws Exception {
        EmbeddedJettyTest.CLOSED.clear();
        TestServer.Application application = TestServer.Application.of(EmbeddedJettyTest.Echo.class)
                .with(Map.of("dev.hawser.keepAliveInterval", "200ms", "dev.hawser.pongTimeout", "300ms"));
        try (TestServer server = TestServer.Container.JETTY_HTTP2.start(application);
                RawClient client = server.connect("/echo")) {
            assertEquals(0x89, client.upgraded().readFrame().first());
            assertEquals(1006, client.readCloseCode());
            CloseReason reason = EmbeddedJettyTest.CLOSED.poll(30, TimeUnit.SECONDS);
            assertNotNull(reason, "onClose");
            assertEquals(1006, reason.getCloseCode().getCode());
        }
    }

    private static void assertEchoes(Stream stream, Received received) throws Exception {
        assertEquals(200, received.statuses.poll(30, TimeUnit.SECONDS));
        send(stream, "818537fa213d7f9f4d5158"); // RFC 6455 5.7: "Hello", masked
        assertTrue(received.holds("810548656c6c6f")); // "Hello", unmasked
    }

    private static void send(Stream stream, String hex) throws Exception {
        ByteBuffer frame = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        stream.data(new DataFrame(stream.getId(), frame, false)).get(30, TimeUnit.SECONDS);
    }

    private static int statusOfConnect(ConstraintMapping constraint, String path) throws Exception {
        try (Http2 http2 = new Http2(constraint)) {
            return http2.statusOfConnect(path);
        }
    }

    private static ConstraintMapping forUsersOnly(String path) {
        ConstraintMapping mapping = new ConstraintMapping();
        mapping.setPathSpec(path);
        mapping.setConstraint(Constraint.from("users", Constraint.Authorization.ANY_USER));
        return mapping;
    }

    /** A Jetty that speaks h2c, and a client of it. */
    private static final class Http2 implements AutoCloseable {
        private final EmbeddedServer server = new EmbeddedServer("/", EmbeddedJettyTest.Echo.class);
        private final HTTP2Client client = new HTTP2Client();

        /** What the server has said of extended CONNECT, if it has said anything. */
        final List<Integer> connectProtocol = new CopyOnWriteArrayList<>();

        Http2(ConstraintMapping constraint) throws Exception {
            this(constraint, security -> {}, h2c -> {});
        }

        Http2(
                ConstraintMapping constraint,
                Consumer<ConstraintSecurityHandler> more,
                Consumer<AbstractHTTP2ServerConnectionFactory> configured)
                throws Exception {
            HTTP2CServerConnectionFactory h2c = new HTTP2CServerConnectionFactory(new HttpConfiguration());
            configured.accept(h2c);
            server.with(h2c);
            if (constraint != null) {
                ConstraintSecurityHandler security = new ConstraintSecurityHandler();
                security.setAuthenticator(new BasicAuthenticator());
                HashLoginService nobody = new HashLoginService("test");
                nobody.setUserStore(new UserStore());
                security.setLoginService(nobody);
                security.addConstraintMapping(constraint);
                more.accept(security);
                server.context().setSecurityHandler(security);
            }
            server.start();
            client.start();
        }

        int statusOfConnect(String path) throws Exception {
            Received received = new Received();
            connect(path, received);
            Integer status = received.statuses.poll(30, TimeUnit.SECONDS);
            assertNotNull(status, "a status in time");
            return status;
        }

        Stream connect(String path, Stream.Listener listener) throws Exception {
            CompletableFuture<Boolean> settings = new CompletableFuture<>();
            Session session = client.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                            new Session.Listener() {
                                @Override
                                public void onSettings(Session from, SettingsFrame frame) {
                                    Integer value = frame.getSettings().get(SettingsFrame.ENABLE_CONNECT_PROTOCOL);
                                    if (value != null) {
                                        connectProtocol.add(value);
                                    }
                                    settings.complete(true);
                                }
                            })
                    .get(30, TimeUnit.SECONDS);
            settings.get(30, TimeUnit.SECONDS);
            MetaData.ConnectRequest request = new MetaData.ConnectRequest(
                    HttpScheme.HTTP,
                    new HostPortHttpField("localhost:" + server.port()),
                    path,
                    HttpFields.build().put("sec-websocket-version", "13").asImmutable(),
                    "websocket");
            return session.newStream(new HeadersFrame(request, null, false), listener)
                    .get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws Exception {
            client.stop();
            server.close();
        }
    }

    private static final class Received implements Stream.Listener {
        final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
        final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
        private final StringBuilder bytes = new StringBuilder();

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            if (frame.getMetaData() instanceof MetaData.Response response) {
                statuses.add(response.getStatus());
            }
            stream.demand();
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            callback.succeeded();
            failures.add("reset " + frame.getError());
        }

        @Override
        public void onFailure(Stream stream, int error, String reason, Throwable failure, Callback callback) {
            callback.succeeded();
            failures.add("failure " + reason);
        }

        @Override
        public void onDataAvailable(Stream stream) {
            Stream.Data data = stream.readData();
            if (data == null) {
                stream.demand();
                return;
            }
            ByteBuffer buffer = data.frame().getByteBuffer();
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(copy);
            pieces.add(HexFormat.of().formatHex(copy));
            boolean end = data.frame().isEndStream();
            data.release();
            if (end) {
                ends.add(true);
            } else {
                stream.demand();
            }
        }

        boolean holds(String hex) throws InterruptedException {
            while (!bytes.toString().equals(hex)) {
                String piece = pieces.poll(30, TimeUnit.SECONDS);
                if (piece == null) {
                    throw new AssertionError("Received " + bytes + " " + failures + " " + ends + ", expected " + hex);
                }
                bytes.append(piece);
            }
            return true;
        }
    }
}
