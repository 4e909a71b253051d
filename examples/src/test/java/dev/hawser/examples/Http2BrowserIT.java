package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.Chromium.Tab;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page that came over HTTP/2: the browser opens its wss web socket on the same connection (RFC 8441), since Jetty
 * offers that.
 */
class Http2BrowserIT {
    /**
     * Tells the endpoint how its handshake came: {@code HTTP/2.0 CONNECT}, or {@code HTTP/1.1 GET}, and from which port
     * of the browser.
     */
    public static class HowItCame extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties()
                    .put("how", request.getHeaders().get("X-How").get(0));
        }
    }

    @ServerEndpoint(value = "/echo", configurator = HowItCame.class)
    public static class Echo {
        @OnMessage
        public String echo(String text, Session session) {
            return text.equals("how?") ? (String) session.getUserProperties().get("how") : text;
        }

        @OnMessage(maxMessageSize = 4_000_000)
        public byte[] echo(byte[] bytes) {
            return bytes;
        }
    }

    /** Endpoints do not see the protocol of their handshake, filters do. */
    private static final class TellsHow extends HttpFilter {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(new WithHow(request), response);
        }
    }

    private static final class WithHow extends HttpServletRequestWrapper {
        private final String how;

        WithHow(HttpServletRequest request) {
            super(request);
            how = request.getProtocol() + " " + request.getMethod() + " from port " + request.getRemotePort();
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
            names.add("X-How");
            return Collections.enumeration(names);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equals("X-How") ? Collections.enumeration(List.of(how)) : super.getHeaders(name);
        }
    }

    @TempDir
    Path folder;

    private final Server server = new Server();
    private HTTP2ServerConnectionFactory http2;
    private ServerConnector connector;
    private Chromium chromium;

    @BeforeEach
    void start() throws Exception {
        chromium = Chromium.start();
        SelfSignedCertificate certificate = SelfSignedCertificate.create(folder, "localhost");
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(certificate.keyStore().toUri().toString());
        tls.setKeyStorePassword(certificate.password());
        HttpConfiguration https = new HttpConfiguration();
        https.addCustomizer(new SecureRequestCustomizer(false));
        http2 = new HTTP2ServerConnectionFactory(https);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        connector = new ServerConnector(
                server, AbstractConnectionFactory.getFactories(tls, alpn, http2, new HttpConnectionFactory(https)));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), Echo.class);
        context.addFilter(new FilterHolder(new TellsHow()), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new PageServlet()), "/page");
        server.setHandler(context);
        server.start();
    }

    private static final class PageServlet extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/html;charset=utf-8");
            response.getWriter()
                    .print("<!doctype html><title>page</title><main>" + request.getRemotePort() + "</main>");
        }
    }

    @AfterEach
    void end() throws Exception {
        if (chromium != null) {
            chromium.close();
        }
        server.stop();
    }

    @Test
    void thePageAndItsWebSocketShareOneConnectionOfHttp2() {
        Tab page = chromium.open(URI.create("https://localhost:" + connector.getLocalPort() + "/page"));
        assertEquals("h2", page.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol"));
        // Not by the number of connections: browsers open spare ones.
        Object port = page.run("return document.querySelector('main').textContent");
        assertEquals("HTTP/2.0 CONNECT from port " + port + "|hello|3000000|1000 bye true", page.runAsync("""
                        const socket = new WebSocket('wss://' + location.host + '/echo');
                        socket.binaryType = 'arraybuffer';
                        const when = (type) =>
                            new Promise((resolve) => socket.addEventListener(type, resolve, {once: true}));
                        await when('open');
                        const replies = [];
                        for (const message of ['how?', 'hello', new ArrayBuffer(3_000_000)]) {
                            socket.send(message);
                            const data = (await when('message')).data;
                            replies.push(typeof data === 'string' ? data : data.byteLength);
                        }
                        socket.close(1000, 'bye');
                        const end = await when('close');
                        return [...replies, `${end.code} ${end.reason} ${end.wasClean}`].join('|');
                        """));
    }

    @Test
    void whereItIsSwitchedOffTheBrowserUsesHttp1() {
        http2.setConnectProtocolEnabled(false);
        Tab page = chromium.open(URI.create("https://localhost:" + connector.getLocalPort() + "/page"));
        assertEquals("h2", page.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol"));
        Object how = page.runAsync("""
                        const socket = new WebSocket('wss://' + location.host + '/echo');
                        await new Promise((resolve) => socket.addEventListener('open', resolve));
                        socket.send('how?');
                        return (await new Promise((resolve) => socket.addEventListener('message', resolve))).data;
                        """);
        assertTrue(String.valueOf(how).startsWith("HTTP/1.1 GET "), String.valueOf(how));
    }
}
