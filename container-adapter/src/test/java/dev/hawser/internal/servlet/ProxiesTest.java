package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.internal.jetty.TestCertificate;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Web sockets through the proxies of docs/proxies.md with the very configurations of that page:
 * {@code mvn -Pproxies -pl container-adapter -am test}. Without the profile one path through nginx is tested.
 */
class ProxiesTest {
    private static final String ORIGIN = "Origin: https://chat.example";

    /** On Linux all of 127.0.0.0/8 is this machine. */
    private static final String CLIENT = "127.0.0.2";

    /** Answers with what the page would see in its address bar. */
    @ServerEndpoint("/where")
    public static class Where {
        @OnMessage
        public String where(String text, Session session) {
            return session.getRequestURI() + " " + session.isSecure();
        }
    }

    /** Compresses whatever it echoes. */
    @ServerEndpoint("/echo")
    @EndpointSettings("compressionMinSize=1")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** Keeps the addresses that requests come from. */
    private static final class Addresses extends HttpFilter {
        private static final long serialVersionUID = 1;
        private final transient BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            seen.add(request.getRemoteAddr());
            chain.doFilter(request, response);
        }
    }

    /** A server and a proxy before it. */
    private static final class Site implements AutoCloseable {
        final Addresses addresses = new Addresses();
        final ProxiedServer server;
        final RunningProxy proxy;

        Site(Proxy proxy, ProxiedServer.Kind kind, boolean impatient, Map<String, String> parameters) throws Exception {
            proxy.requireInstalled();
            server = kind.start(parameters, addresses, Where.class, Echo.class);
            boolean runs = false;
            try {
                this.proxy = new RunningProxy(proxy, server.port(), impatient);
                runs = true;
            } finally {
                if (!runs) {
                    server.close();
                }
            }
        }

        RawClient connect(String path, String... lines) throws IOException {
            return connectTo("chat.example", path, lines);
        }

        RawClient connectTo(String host, String path, String... lines) throws IOException {
            RawClient client = proxy.connect(CLIENT);
            client.send(RawClient.handshake(path, lines).replace("Host: localhost", "Host: " + host));
            client.readHead();
            return client;
        }

        @Override
        public void close() throws Exception {
            try {
                proxy.close();
            } finally {
                server.close();
            }
        }
    }

    static Stream<Arguments> pairs() {
        ProxiedServer.Kind[] kinds =
                Proxy.isAll() ? ProxiedServer.Kind.values() : new ProxiedServer.Kind[] {ProxiedServer.Kind.JETTY};
        return Proxy.underTest().flatMap(proxy -> Arrays.stream(kinds).map(kind -> Arguments.of(proxy, kind)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theUpgradePassesAndTheOriginIsComparedWithTheSiteThatTheUserSees(Proxy proxy, ProxiedServer.Kind kind)
            throws Exception {
        try (Site site = new Site(proxy, kind, false, Map.of());
                RawClient page = site.connect("/where?q", ORIGIN);
                RawClient other = site.connect("/where", "Origin: https://other.example");
                RawClient insecure = site.connect("/where", "Origin: http://chat.example")) {
            page.upgraded().sendText("where");
            assertEquals("wss://chat.example/where?q true", page.readFrame().text());
            page.sendHex("88 82 37fa213d 3412"); // close, 1000
            assertEquals(1000, page.readCloseCode());
            assertEquals(403, other.status(), other.head());
            assertEquals(403, insecure.status(), insecure.head());
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void theClientsAddressIsSeenAndWhatItClaimsIsForwardedIsNot(Proxy proxy, ProxiedServer.Kind kind) throws Exception {
        try (Site site = new Site(proxy, kind, false, Map.of());
                RawClient client = site.connect(
                        "/where",
                        ORIGIN,
                        "X-Forwarded-For: 192.0.2.66",
                        "X-Forwarded-Host: evil.example",
                        "X-Forwarded-Proto: http",
                        "Forwarded: for=192.0.2.66;host=evil.example;proto=http")) {
            client.upgraded().sendText("where");
            assertEquals("wss://chat.example/where true", client.readFrame().text());
            assertEquals(CLIENT, site.addresses.seen.poll(30, TimeUnit.SECONDS));
        }
    }

    /** Tomcat's valve has to be told of a header for it. */
    static Stream<Arguments> pairsThatReadThePort() {
        return pairs().filter(pair -> pair.get()[1] != ProxiedServer.Kind.TOMCAT);
    }

    @ParameterizedTest
    @MethodSource("pairsThatReadThePort")
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void aPublicPortOtherThan443IsPartOfTheOrigin(Proxy proxy, ProxiedServer.Kind kind) throws Exception {
        try (Site site = new Site(proxy, kind, false, Map.of());
                RawClient page = site.connectTo("chat.example:8443", "/where", ORIGIN + ":8443");
                RawClient other = site.connectTo("chat.example:8443", "/where", ORIGIN)) {
            page.upgraded().sendText("where");
            assertEquals("wss://chat.example:8443/where true", page.readFrame().text());
            assertEquals(403, other.status(), other.head());
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void compressedMessagesPassInBothDirections(Proxy proxy, ProxiedServer.Kind kind) throws Exception {
        try (Site site = new Site(proxy, kind, false, Map.of());
                RawClient client = site.connect("/echo", ORIGIN, "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertTrue(
                    client.upgraded()
                            .head()
                            .toLowerCase(java.util.Locale.ROOT)
                            .contains("sec-websocket-extensions: permessage-deflate"),
                    client.head());
            String text = "abc".repeat(100);
            client.sendFrame(0xc1, deflated(text));
            RawClient.Frame frame = client.readFrame();
            assertEquals(0xc1, frame.first()); // RSV1 (RFC 7692 6)
            assertEquals(text, inflated(frame.payload()));
        }
    }

    /** RFC 7692 7.2.1: without the four octets at the end. */
    private static byte[] deflated(String text) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
        byte[] bytes = new byte[1024];
        int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(bytes, length - 4);
    }

    private static String inflated(byte[] payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] whole = Arrays.copyOf(payload, payload.length + 4); // 00 00 ff ff (RFC 7692 7.2.2)
        whole[whole.length - 2] = (byte) 0xff;
        whole[whole.length - 1] = (byte) 0xff;
        inflater.setInput(whole);
        byte[] bytes = new byte[1024];
        int length = inflater.inflate(bytes);
        inflater.end();
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void keepAliveIsInTimeForTheIdleTimeoutOfTheProxy(Proxy proxy) throws Exception {
        Map<String, String> often = Map.of("dev.hawser.keepAliveInterval", "500ms");
        try (Site site = new Site(proxy, ProxiedServer.Kind.JETTY, true, often);
                RawClient client = site.connect("/echo", ORIGIN)) {
            long start = System.nanoTime();
            client.upgraded();
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5)) {
                RawClient.Frame ping = client.readFrame();
                assertEquals(0x89, ping.first());
                client.sendFrame(0x8a, ping.payload()); // as a browser does by itself
            }
            client.sendText("still here");
            RawClient.Frame frame = client.readFrame();
            while (frame.first() == 0x89) {
                frame = client.readFrame();
            }
            assertEquals("still here", frame.text());
        }
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void withoutKeepAliveTheProxyCutsAConnectionThatIsSilent(Proxy proxy) throws Exception {
        Map<String, String> never = Map.of("dev.hawser.keepAliveInterval", "0");
        try (Site site = new Site(proxy, ProxiedServer.Kind.JETTY, true, never);
                RawClient client = site.connect("/echo", ORIGIN)) {
            Socket socket = client.upgraded().socket();
            if (proxy.cutsSilentConnections()) {
                assertThrows(EOFException.class, client::readFrame);
            } else {
                socket.setSoTimeout(5_000);
                assertThrows(java.net.SocketTimeoutException.class, client::readFrame);
                client.assertEchoes("still here");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "hawser.test.proxies", matches = "all")
    void browsersAreToldWhetherAWebSocketMayUseHttp2(Proxy proxy) throws Exception {
        try (Site site = new Site(proxy, ProxiedServer.Kind.JETTY, false, Map.of());
                Http2Gateway http2 = site.proxy.http2()) {
            assertEquals(proxy.takesConnect(), http2.serverTakesConnect());
            if (proxy.takesConnect()) {
                Socket socket =
                        new TestCertificate().trusting().createSocket(InetAddress.getLoopbackAddress(), http2.port());
                try (RawClient client = new RawClient(socket)) {
                    client.send(RawClient.handshake("/where", ORIGIN));
                    client.readHead();
                    client.upgraded().sendText("where");
                    assertEquals(
                            "wss://chat.example/where true", client.readFrame().text());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePageTellsEachServerToTrustTheProxyAsTheTestDoes(ProxiedServer.Kind kind) throws IOException {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        String source = Files.readString(Path.of("src/test/java/dev/hawser/internal/servlet/ProxiedServer.java"));
        int begin = source.indexOf("// begin " + name + System.lineSeparator());
        String snippet = source.substring(
                source.indexOf(System.lineSeparator(), begin), source.indexOf("// end " + name, begin));
        assertFalse(snippet.isBlank());
        String page = Files.readString(Path.of("../docs/proxies.md"));
        assertTrue(words(page).contains(words(snippet)), "docs/proxies.md does not have" + snippet);
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
