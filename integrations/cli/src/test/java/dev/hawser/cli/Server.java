package dev.hawser.cli;

import dev.hawser.servlet.HawserInitializer;
import java.net.URI;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** An embedded Jetty with Hawser on the loopback address, for ws or wss. */
final class Server implements AutoCloseable {
    private final org.eclipse.jetty.server.Server jetty;
    private final ServerConnector connector;
    private final String scheme;

    private Server(org.eclipse.jetty.server.Server jetty, ServerConnector connector, String scheme) {
        this.jetty = jetty;
        this.connector = connector;
        this.scheme = scheme;
    }

    static Server start() throws Exception {
        return start(0, null);
    }

    /** With TLS, if there is a certificate: clients may show one of their own, which then must be the same. */
    static Server start(int port, @Nullable Certificate certificate) throws Exception {
        org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ServerConnector connector = certificate == null
                ? new ServerConnector(jetty, http)
                : new ServerConnector(jetty, tls(certificate), http);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(
                new HawserInitializer(),
                Endpoints.Echo.class,
                Endpoints.Closes.class,
                Endpoints.Once.class,
                Endpoints.Silent.class,
                Endpoints.Ends.class,
                Endpoints.Fields.class);
        jetty.setHandler(context);
        jetty.setStopTimeout(5000);
        jetty.start();
        return new Server(jetty, connector, certificate == null ? "ws" : "wss");
    }

    private static SslContextFactory.Server tls(Certificate certificate) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(certificate.keyStore().toUri().toString());
        tls.setKeyStorePassword(Certificate.PASSWORD);
        tls.setTrustStorePath(certificate.keyStore().toUri().toString());
        tls.setTrustStorePassword(Certificate.PASSWORD);
        tls.setNeedClientAuth(certificate.clientsMustShowTheirs());
        return tls;
    }

    int port() {
        return connector.getLocalPort();
    }

    URI uri(String path) {
        return URI.create(scheme + "://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() throws Exception {
        jetty.stop();
    }
}
