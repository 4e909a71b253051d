package dev.hawser.benchmarks.contestant;

import java.util.Map;

/** Tyrus, the reference implementation, on Grizzly. */
public final class TyrusOnGrizzly implements Server {
    @Override
    public int start() throws Exception {
        org.glassfish.tyrus.server.Server server = new org.glassfish.tyrus.server.Server(
                "127.0.0.1", -1, "/", Map.of(), Endpoints.ALL.toArray(Class<?>[]::new));
        server.start();
        return server.getPort();
    }
}
