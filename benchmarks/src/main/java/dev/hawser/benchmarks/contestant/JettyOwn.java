package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.tls.Certificate;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty 12.1, ee11, with its own Jakarta WebSocket. */
public final class JettyOwn implements Server {
    @Override
    public Ports start() throws Exception {
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        connectors(server);
        ServletContextHandler context = new ServletContextHandler("/");
        JakartaWebSocketServletContainerInitializer.configure(context, (servletContext, container) -> {
            for (Class<?> endpoint : Endpoints.served()) {
                container.addEndpoint(endpoint);
            }
        });
        server.setHandler(context);
        server.start();
        return ports(server);
    }

    /** The connectors of all Jetty contestants: the defaults, and room for 10,000 connects at once. */
    static void connectors(org.eclipse.jetty.server.Server server) {
        add(server, new ServerConnector(server));
        Certificate certificate = Certificate.ofContestant();
        if (certificate != null) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStorePath(certificate.keyStore().toString());
            tls.setKeyStorePassword(Certificate.PASSWORD);
            tls.setIncludeProtocols(Certificate.PROTOCOL);
            add(server, new ServerConnector(server, tls));
        }
    }

    private static void add(org.eclipse.jetty.server.Server server, ServerConnector connector) {
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(120_000);
        connector.setAcceptedSendBufferSize(Integer.getInteger("contestant.sendBuffer", -1)); // -1 leaves it as it is
        server.addConnector(connector);
    }

    /** Where a started server listens. */
    static Ports ports(org.eclipse.jetty.server.Server server) {
        Connector[] connectors = server.getConnectors();
        return new Ports(port(connectors[0]), connectors.length > 1 ? port(connectors[1]) : 0);
    }

    private static int port(Connector connector) {
        return ((ServerConnector) connector).getLocalPort();
    }
}
