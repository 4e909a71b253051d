package dev.hawser.benchmarks.client;

import org.glassfish.tyrus.client.ClientManager;
import org.glassfish.tyrus.client.ClientProperties;
import org.glassfish.tyrus.container.grizzly.client.GrizzlyClientContainer;

/**
 * Tyrus's client on Grizzly, whose worker threads call endpoints. All connections share one transport, since each has
 * threads of its own otherwise.
 */
public final class TyrusClient extends JakartaClient {
    private static final int MOST_IDLE_SECONDS = 3600;

    public TyrusClient() {
        super(shared());
    }

    private static ClientManager shared() {
        ClientManager manager = ClientManager.createClient(GrizzlyClientContainer.class.getName());
        manager.getProperties().put(ClientProperties.SHARED_CONTAINER, true);
        manager.getProperties().put(ClientProperties.SHARED_CONTAINER_IDLE_TIMEOUT, MOST_IDLE_SECONDS);
        return manager;
    }
}
