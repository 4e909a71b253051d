package dev.hawser.internal.server;

import jakarta.websocket.WebSocketContainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client container behind a server container. It is made with the first connect, because most applications never
 * connect to a server. It gets the defaults that were set on the server container. Thread-safe.
 */
final class ClientConnections {
    private final Supplier<? extends WebSocketContainer> supplier;
    /** The setters of the defaults by name, so that the last one counts. Guarded by this. */
    private final Map<String, Consumer<WebSocketContainer>> defaults = new LinkedHashMap<>();
    /** Guarded by this. */
    private @Nullable WebSocketContainer container;

    ClientConnections(Supplier<? extends WebSocketContainer> supplier) {
        this.supplier = supplier;
    }

    synchronized WebSocketContainer container() {
        WebSocketContainer known = container;
        if (known == null) {
            known = supplier.get();
            for (Consumer<WebSocketContainer> setter : defaults.values()) {
                setter.accept(known);
            }
            container = known;
        }
        return known;
    }

    synchronized void set(String name, Consumer<WebSocketContainer> setter) {
        defaults.put(name, setter);
        if (container != null) {
            setter.accept(container);
        }
    }
}
