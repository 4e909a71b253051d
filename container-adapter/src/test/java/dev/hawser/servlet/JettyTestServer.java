package dev.hawser.servlet;

import dev.hawser.jetty.TestCertificate;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

final class JettyTestServer implements TestServer {
    private final Server server = new Server();
    private final ServerConnector plain = new ServerConnector(server, 1, 1);
    private final ServerConnector tls;
    private final ServletContextHandler context = new ServletContextHandler("/");

    JettyTestServer(Application application) throws Exception {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(new TestCertificate().keyStore());
        ssl.setKeyStorePassword(TestCertificate.PASSWORD);
        tls = new ServerConnector(server, 1, 1, ssl);
        for (ServerConnector connector : new ServerConnector[] {plain, tls}) {
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
        }
        context.addServletContainerInitializer(
                new HawserInitializer(), application.endpoints().toArray(Class<?>[]::new));
        application.parameters().forEach(context::setInitParameter);
        if (application.filter() != null) {
            context.addFilter(application.filter(), "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        if (application.servlet() != null) {
            context.addServlet(new ServletHolder("last", application.servlet()), "/*");
        }
        application.surroundings().on(context, plain, tls);
        server.setHandler(context);
        server.start();
    }

    @Override
    public int port() {
        return plain.getLocalPort();
    }

    @Override
    public int tlsPort() {
        return tls.getLocalPort();
    }

    @Override
    public void undeploy() throws Exception {
        context.stop();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
