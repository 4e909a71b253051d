package dev.hawser.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
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
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** A web socket on one stream of an HTTP/2 connection (RFC 8441 5.1), in clear. */
class Http2TunnelTest {
    @Test
    void anExtendedConnectIsAWebSocket() throws Exception {
        try (Http2 http2 = new Http2(null)) {
            Received received = new Received();
            Stream stream = http2.connect("/echo", received);
            assertEquals(200, received.statuses.poll(20, TimeUnit.SECONDS));
            byte[] hello = HexFormat.of().parseHex("818537fa213d7f9f4d5158"); // RFC 6455 5.7: "Hello", masked
            stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(hello), false))
                    .get(20, TimeUnit.SECONDS);
            assertTrue(received.holds("810548656c6c6f")); // "Hello", unmasked
            byte[] close = HexFormat.of().parseHex("888237fa213d3412"); // 1000
            stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(close), false))
                    .get(20, TimeUnit.SECONDS);
            assertTrue(received.holds("810548656c6c6f" + "880203e8"));
            assertNotNull(received.ends.poll(20, TimeUnit.SECONDS), "END_STREAM");
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
    void aConstraintOnAnotherPathIsNoneOfTheirs() throws Exception {
        ConstraintMapping elsewhere = forUsersOnly("/admin/*");
        elsewhere.setMethod("GET");
        assertEquals(200, statusOfConnect(elsewhere, "/echo"));
    }

    @Test
    void aConstraintOnEveryMethodIsTheContainersToKeep() throws Exception {
        assertEquals(401, statusOfConnect(forUsersOnly("/echo"), "/echo"));
    }

    private static int statusOfConnect(ConstraintMapping constraint, String path) throws Exception {
        try (Http2 http2 = new Http2(constraint)) {
            Received received = new Received();
            http2.connect(path, received);
            Integer status = received.statuses.poll(20, TimeUnit.SECONDS);
            assertNotNull(status, "a status in time");
            return status;
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
        private final Server server = new Server();
        private final ServerConnector connector;
        private final HTTP2Client client = new HTTP2Client();

        Http2(ConstraintMapping constraint) throws Exception {
            HttpConfiguration configuration = new HttpConfiguration();
            connector = new ServerConnector(
                    server,
                    1,
                    1,
                    new HttpConnectionFactory(configuration),
                    new HTTP2CServerConnectionFactory(configuration));
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler("/");
            context.addServletContainerInitializer(new HawserInitializer(), EmbeddedJettyTest.Echo.class);
            if (constraint != null) {
                ConstraintSecurityHandler security = new ConstraintSecurityHandler();
                security.setAuthenticator(new BasicAuthenticator());
                HashLoginService nobody = new HashLoginService("test");
                nobody.setUserStore(new UserStore());
                security.setLoginService(nobody);
                security.addConstraintMapping(constraint);
                context.setSecurityHandler(security);
            }
            server.setHandler(context);
            server.start();
            client.start();
        }

        Stream connect(String path, Stream.Listener listener) throws Exception {
            Session session = client.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()),
                            new Session.Listener() {})
                    .get(20, TimeUnit.SECONDS);
            MetaData.ConnectRequest request = new MetaData.ConnectRequest(
                    HttpScheme.HTTP,
                    new HostPortHttpField("localhost:" + connector.getLocalPort()),
                    path,
                    HttpFields.build().put("sec-websocket-version", "13").asImmutable(),
                    "websocket");
            return session.newStream(new HeadersFrame(request, null, false), listener)
                    .get(20, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws Exception {
            client.stop();
            server.stop();
        }
    }

    private static final class Received implements Stream.Listener {
        final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
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
                String piece = pieces.poll(20, TimeUnit.SECONDS);
                if (piece == null) {
                    throw new AssertionError("Received " + bytes + ", expected " + hex);
                }
                bytes.append(piece);
            }
            return true;
        }
    }
}
