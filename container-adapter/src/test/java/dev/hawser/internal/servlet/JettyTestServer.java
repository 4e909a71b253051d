package dev.hawser.internal.servlet;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/1.1, and HTTP/2 in clear and over TLS; with a gateway in front of it, nothing but HTTP/2. */
final class JettyTestServer implements TestServer {
    private final Server server = new Server();
    private final ServerConnector plain;
    private final ServerConnector tls;
    private final ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
    private final @Nullable Http2Gateway plainGateway;
    private final @Nullable Http2Gateway tlsGateway;

    JettyTestServer(Application application, boolean throughGateway) throws Exception {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(new TestCertificate().keyStore());
        ssl.setKeyStorePassword(TestCertificate.PASSWORD);
        HttpConfiguration clear = new HttpConfiguration();
        HttpConfiguration secure = new HttpConfiguration();
        secure.addCustomizer(new SecureRequestCustomizer(false));
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        HTTP2CServerConnectionFactory http2 = withoutRateLimit(new HTTP2CServerConnectionFactory(clear));
        HTTP2ServerConnectionFactory http2OverTls = withoutRateLimit(new HTTP2ServerConnectionFactory(secure));
        plain = new ServerConnector(server, 1, 1, new HttpConnectionFactory(clear), http2);
        tls = new ServerConnector(
                server,
                1,
                1,
                AbstractConnectionFactory.getFactories(ssl, alpn, http2OverTls, new HttpConnectionFactory(secure)));
        for (ServerConnector connector : new ServerConnector[] {plain, tls}) {
            connector.setHost("127.0.0.1");
            connector.setIdleTimeout(
                    300_000); // the one connection behind a gateway waits while other containers are tested
            server.addConnector(connector);
        }
        context.setContextPath(application.contextPath());
        context.addServletContainerInitializer(
                new HawserInitializer(), application.endpoints().toArray(Class<?>[]::new));
        application.parameters().forEach(context::setInitParameter);
        if (application.filter() != null) {
            FilterHolder user = new FilterHolder(application.filter());
            user.setAsyncSupported(true);
            context.addFilter(user, "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        if (application.servlet() != null) {
            ServletHolder last = new ServletHolder("last", application.servlet());
            last.setAsyncSupported(true);
            context.addServlet(last, "/*");
        }
        application.surroundings().on(context, plain, tls);
        server.setHandler(context);
        server.start();
        plainGateway = throughGateway ? new Http2Gateway(plain.getLocalPort(), false) : null;
        tlsGateway = throughGateway ? new Http2Gateway(tls.getLocalPort(), true) : null;
    }

    /**
     * The streams of all a test's connections are one connection's here, and a test that refuses many would be taken
     * for a flood.
     */
    private static <T extends AbstractHTTP2ServerConnectionFactory> T withoutRateLimit(T factory) {
        factory.setRateControlFactory(new RateControl.Factory() {});
        return factory;
    }

    @Override
    public int port() {
        return plainGateway == null ? plain.getLocalPort() : plainGateway.port();
    }

    @Override
    public int tlsPort() {
        return tlsGateway == null ? tls.getLocalPort() : tlsGateway.port();
    }

    @Override
    public void undeploy() throws Exception {
        context.stop();
    }

    @Override
    public void close() throws Exception {
        if (plainGateway != null && tlsGateway != null) {
            plainGateway.close();
            tlsGateway.close();
        }
        server.stop();
    }
}
