package dev.hawser.client;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.WebSocketContainer;
import java.util.Map;

/**
 * The client, beyond what the Jakarta API tells of it. What {@code ContainerProvider.getWebSocketContainer()} gives is
 * one of these, if Hawser's jar is the first that its loader finds; {@link #create} gives one whatever else is there.
 *
 * <pre>{@code
 * try (HawserClient client = HawserClient.create()) {
 *     client.getProperties().put(ClientProperties.MAX_REDIRECTS, 1);
 *     Session session = client.connectToServer(Listener.class, URI.create("wss://example.org/prices"));
 *     ...
 * }
 * }</pre>
 *
 * <p>A client is cheap: it holds defaults and nothing else, while all connections of an application share their
 * threads. Thread-safe. A connect waits on the calling thread, which may be a callback's, but no longer than
 * {@link Setting#CONNECT_TIMEOUT}.
 *
 * @since 0.1.0
 */
public interface HawserClient extends WebSocketContainer, AutoCloseable {
    /** A client whose defaults are those of the system properties {@code dev.hawser.*}. */
    static HawserClient create() {
        return new EndpointClientContainer();
    }

    /** The {@link ClientProperties} for connections whose endpoint has no property of that name itself. Mutable. */
    Map<String, Object> getProperties();

    /** Sets defaults, for connects that follow. What the setters of the Jakarta API set is the same. */
    void setSettings(Settings settings);

    /**
     * Closes all connections of this client with 1001, waits for their closing handshakes, but no longer than
     * {@link Setting#STOP_TIMEOUT}, and cuts what is left. Connects are refused from then on. In a callback of an
     * endpoint with {@code dispatch=event-loop} it does not wait.
     */
    @Override
    void close();
}
