package dev.hawser.internal.servlet;

import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.websocket.server.ServerContainer;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An embedded Jetty with Hawser on its class path, installed by the one line of the documentation. */
final class EmbeddedServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final ServletContextHandler context;

    EmbeddedServer(String contextPath, Class<?>... endpoints) {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        context = new ServletContextHandler(contextPath);
        context.addServletContainerInitializer(new HawserInitializer(), endpoints);
        server.setHandler(context);
    }

    EmbeddedServer with(Filter filter) {
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        return this;
    }

    EmbeddedServer with(String pathSpec, HttpServlet servlet) {
        context.addServlet(new ServletHolder(servlet), pathSpec);
        return this;
    }

    /** Speaks a further protocol on its port. */
    EmbeddedServer with(ConnectionFactory protocol) {
        connector.addConnectionFactory(protocol);
        return this;
    }

    EmbeddedServer withParameter(String name, String value) {
        context.setInitParameter(name, value);
        return this;
    }

    EmbeddedServer start() throws Exception {
        server.start();
        return this;
    }

    int port() {
        return connector.getLocalPort();
    }

    ServletContextHandler context() {
        return context;
    }

    ServerContainer serverContainer() {
        return (ServerContainer) context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
    }

    /** Connects and reads the response head, whatever it is. */
    RawClient connect(String path) throws Exception {
        return new RawClient(port(), path);
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
