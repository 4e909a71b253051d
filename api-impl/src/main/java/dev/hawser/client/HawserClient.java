package dev.hawser.client;

import dev.hawser.ConnectionObserver;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.WebSocketContainer;
import java.util.Map;

/**
 * The client container of Hawser, with methods beyond the Jakarta API. {@link #create} makes one. {@code
 * ContainerProvider.getWebSocketContainer()} returns one, too, if Hawser's jar is the first that its loader finds.
 *
 * <pre>{@code
 * try (HawserClient client = HawserClient.create()) {
 *     client.getProperties().put(ClientProperties.MAX_REDIRECTS, 1);
 *     Session session = client.connectToServer(Listener.class, URI.create("wss://example.org/prices"));
 *     ...
 * }
 * }</pre>
 *
 * <p>A client is cheap: it holds only defaults, since all connections of an application share their threads.
 * Thread-safe. A connect waits on the calling thread, at most for {@link Setting#CONNECT_TIMEOUT}; it may be called in
 * a callback.
 *
 * @since 0.1.0
 */
public interface HawserClient extends WebSocketContainer, AutoCloseable {
    /** A client whose defaults come from the system properties {@code dev.hawser.*}. */
    static HawserClient create() {
        return new EndpointClientContainer();
    }

    /** The {@link ClientProperties} of all connections; a property of the endpoint itself wins. Mutable. */
    Map<String, Object> getProperties();

    /** Sets defaults for later connects. The setters of the Jakarta API change the same defaults. */
    void setSettings(Settings settings);

    /**
     * Adds an observer, which is told about all connections of this client, also those that are open. Adding the same
     * observer again changes nothing.
     */
    void addObserver(ConnectionObserver observer);

    /** Removes an observer. Calls that have begun on other threads may still arrive. */
    void removeObserver(ConnectionObserver observer);

    /**
     * Closes all connections of this client with 1001, waits for their closing handshakes, but no longer than {@link
     * Setting#STOP_TIMEOUT}, and cuts those that are left. From then on connects throw an {@code
     * IllegalStateException}. In a callback of an endpoint with {@code dispatch=event-loop} it does not wait.
     */
    @Override
    void close();
}
