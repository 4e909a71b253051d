package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.util.Map;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.ssl.SSLEngineConfigurator;
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
    public Ports start() throws Exception {
        ServerContainer container = new GrizzlyServerContainer().createContainer(Map.of());
        WebSocketEngine engine = container.getWebSocketEngine();
        for (Class<?> endpoint : Endpoints.served()) {
            engine.register(endpoint, "/");
        }
        HttpServer server = new HttpServer();
        NetworkListener plain = listener("grizzly", container);
        server.addListener(plain);
        Certificate certificate = Certificate.ofContestant();
        NetworkListener secure = certificate == null ? null : secure(certificate, container);
        if (secure != null) {
            server.addListener(secure);
        }
        server.start();
        return new Ports(plain.getPort(), secure == null ? 0 : secure.getPort());
    }

    private static NetworkListener listener(String name, ServerContainer container) {
        NetworkListener listener = new NetworkListener(name, "127.0.0.1", 0);
        listener.registerAddOn(new WebSocketAddOn(container, "/"));
        return listener;
    }

    private static NetworkListener secure(Certificate certificate, ServerContainer container) throws IOException {
        NetworkListener listener = listener("grizzly-tls", container);
        listener.setSecure(true);
        listener.setSSLEngineConfig(new SSLEngineConfigurator(certificate.serverContext(), false, false, false)
                .setEnabledProtocols(new String[] {Certificate.PROTOCOL}));
        return listener;
    }
}
