package dev.hawser.client;

import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.WebSocketContainer;

/**
 * Finds Hawser for {@link ContainerProvider#getWebSocketContainer()}. The {@code ServiceLoader} chooses the provider
 * anew at each call, by the context class loader: an application's own jars can bring another one. Each call makes a
 * new container, which is cheap, because all connections of an application share their threads.
 *
 * <pre>{@code
 * WebSocketContainer container = ContainerProvider.getWebSocketContainer(); // Hawser's, if its jar is the nearest
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class ClientContainerProvider extends ContainerProvider {
    /** The {@code ServiceLoader} calls this constructor. */
    public ClientContainerProvider() {
        // nothing to prepare: threads start with the first connect
    }

    @Override
    protected WebSocketContainer getContainer() {
        return new EndpointClientContainer();
    }
}
