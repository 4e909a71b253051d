package dev.hawser.benchmarks.contestant;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty 12.1, ee11, with its own Jakarta WebSocket. */
public final class JettyOwn implements Server {
    @Override
    public int start() throws Exception {
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        ServerConnector connector = connector(server);
        ServletContextHandler context = new ServletContextHandler("/");
        JakartaWebSocketServletContainerInitializer.configure(context, (servletContext, container) -> {
            for (Class<?> endpoint : Endpoints.served()) {
                container.addEndpoint(endpoint);
            }
        });
        server.setHandler(context);
        server.start();
        return connector.getLocalPort();
    }

    /** The connector of both Jetty contestants: the defaults, and room for 10,000 connects at once. */
    static ServerConnector connector(org.eclipse.jetty.server.Server server) {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(120_000);
        server.addConnector(connector);
        return connector;
    }
}
