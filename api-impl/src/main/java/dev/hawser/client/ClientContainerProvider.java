package dev.hawser.client;

import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.WebSocketContainer;

/**
 * Finds Hawser for {@link ContainerProvider#getWebSocketContainer()}. It keeps nothing: which provider a program gets
 * is the {@code ServiceLoader}'s choice at each call, by the context class loader, so that one in an application's own
 * jars wins where its loader says so. What the containers share is found by class loader when they connect.
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
    /** For the ServiceLoader. */
    public ClientContainerProvider() {
        // nothing to prepare: threads begin with the first connect
    }

    @Override
    protected WebSocketContainer getContainer() {
        return new EndpointClientContainer();
    }
}
