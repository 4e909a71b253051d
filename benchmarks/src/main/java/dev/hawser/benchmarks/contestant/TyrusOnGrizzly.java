package dev.hawser.benchmarks.contestant;

import java.util.Map;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.tyrus.container.grizzly.server.GrizzlyServerContainer;
import org.glassfish.tyrus.container.grizzly.server.WebSocketAddOn;
import org.glassfish.tyrus.spi.ServerContainer;
import org.glassfish.tyrus.spi.WebSocketEngine;

/**
 * Tyrus, the reference implementation, on Grizzly. It is built as by its own server class, which would listen on all
 * interfaces.
 */
public final class TyrusOnGrizzly implements Server {
    @Override
    public int start() throws Exception {
        ServerContainer container = new GrizzlyServerContainer().createContainer(Map.of());
        WebSocketEngine engine = container.getWebSocketEngine();
        for (Class<?> endpoint : Endpoints.served()) {
            engine.register(endpoint, "/");
        }
        HttpServer server = new HttpServer();
        NetworkListener listener = new NetworkListener("grizzly", "127.0.0.1", 0);
        listener.registerAddOn(new WebSocketAddOn(container, "/"));
        server.addListener(listener);
        server.start();
        return listener.getPort();
    }
}
