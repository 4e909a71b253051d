package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.TransportHook;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.EventListener;
import java.util.function.Supplier;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A Jetty that gives each connection which asks for an upgrade to a listener of the test, without any WebSocket on top;
 * plain and TLS.
 */
final class RawServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector plain = new ServerConnector(server, 1, 1);
    private final ServerConnector tls;
    private final TestCertificate certificate = new TestCertificate();

    RawServer(Supplier<TransportListener> listeners) throws Exception {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(certificate.keyStore());
        ssl.setKeyStorePassword(TestCertificate.PASSWORD);
        tls = new ServerConnector(server, 1, 1, ssl);
        for (ServerConnector connector : new ServerConnector[] {plain, tls}) {
            connector.setHost("127.0.0.1");
            // Far shorter than the silence in one of the tests: an upgraded connection must not be subject to it.
            connector.setIdleTimeout(500);
            // Small beside the megabytes of the tests, large beside the 64 KiB segments of the loopback: less would
            // stall in TCP itself.
            connector.setAcceptedSendBufferSize(256 * 1024);
            server.addConnector(connector);
        }
        ServletContextHandler context = new ServletContextHandler("/");
        FilterHolder filter = new FilterHolder(new RawUpgrade(listeners));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
    }

    /** Adds a listener of connections, or statistics, to both connectors. */
    void listen(EventListener listener) {
        plain.addEventListener(listener);
        tls.addEventListener(listener);
    }

    /** Opens a connection, sends the request and at once {@code early}, and reads the whole head of the response. */
    Socket upgrade(boolean secure, byte[] early) throws IOException {
        Socket socket = connect(secure);
        socket.setSoTimeout(30_000);
        byte[] head = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        byte[] packet = new byte[head.length + early.length];
        System.arraycopy(head, 0, packet, 0, head.length);
        System.arraycopy(early, 0, packet, head.length, early.length);
        OutputStream out = socket.getOutputStream();
        out.write(packet);
        out.flush();
        String response = readHead(socket.getInputStream());
        if (!response.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("Expected 101, got: " + response);
        }
        return socket;
    }

    private Socket connect(boolean secure) throws IOException {
        Socket socket = new Socket();
        socket.connect(new java.net.InetSocketAddress(
                InetAddress.getLoopbackAddress(), (secure ? tls : plain).getLocalPort()));
        socket.setTcpNoDelay(true);
        if (!secure) {
            return socket;
        }
        return certificate.trusting().createSocket(socket, "localhost", tls.getLocalPort(), true);
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("End of stream after: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    private static final class RawUpgrade extends HttpFilter {
        private final transient Supplier<TransportListener> listeners;

        RawUpgrade(Supplier<TransportListener> listeners) {
            this.listeners = listeners;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            try {
                TransportHook hook = new JettyHook(getServletContext());
                response.setStatus(101);
                response.setHeader("Connection", "Upgrade");
                response.setHeader("Upgrade", "raw");
                hook.upgrade(request, response, listeners.get());
            } catch (ReflectiveOperationException e) {
                throw new ServletException(e);
            }
        }
    }
}
