package dev.hawser.war;

import java.net.URL;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A Jetty that deploys one WAR, as its user would write it: no word of WebSocket. It is loaded in a class loader of its own, which has Jetty's
 * jars and none of ours, so the test talks to it through types of the JDK only.
 */
public final class BareJetty implements AutoCloseable, Supplier<Map<String, Object>> {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final WebAppContext context = new WebAppContext();

    public BareJetty(URL war, Map<String, String> contextParameters) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        context.setContextPath("/");
        context.setWar(war.toString());
        context.setThrowUnavailableOnStartupException(true);
        contextParameters.forEach(context::setInitParameter);
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
    }

    /** The port; and for the asking, the ServerContainer. */
    @Override
    public Map<String, Object> get() {
        Object container = context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        return Map.of(
                "port", connector.getLocalPort(),
                "container", container == null ? "none" : container.getClass().getName(),
                "loader", context.getClassLoader());
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
