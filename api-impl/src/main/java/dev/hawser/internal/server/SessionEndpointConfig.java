package dev.hawser.internal.server;

import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.session.UserProperties;
import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's configuration for one connection, with its own user properties: modifyHandshake may change them, and
 * onOpen and the session see the changes (javadoc of modifyHandshake since Jakarta WebSocket 2.1).
 */
final class SessionEndpointConfig implements ServerEndpointConfig, UserProperties.Lazily {
    private static final AtomicReferenceFieldUpdater<SessionEndpointConfig, UserProperties> USER_PROPERTIES =
            AtomicReferenceFieldUpdater.newUpdater(SessionEndpointConfig.class, UserProperties.class, "userProperties");

    private final ServerEndpointConfig declared;
    private final Configurator configurator;
    /** Null if none are declared and nobody has asked for them. Made through {@link #USER_PROPERTIES}. */
    private volatile @Nullable UserProperties userProperties;

    SessionEndpointConfig(ServerEndpointConfig declared, Configurator configurator) {
        this.declared = declared;
        this.configurator = configurator;
        Map<String, Object> properties = declared.getUserProperties();
        if (properties != null && !properties.isEmpty()) {
            this.userProperties = new UserProperties(properties);
        }
    }

    @Override
    public Map<String, Object> getUserProperties() {
        UserProperties made = userProperties;
        if (made == null) {
            USER_PROPERTIES.compareAndSet(this, null, new UserProperties(null));
            made = Objects.requireNonNull(userProperties);
        }
        return made;
    }

    @Override
    public boolean hasUserProperties() {
        return userProperties != null;
    }

    /**
     * The one configurator of the logical endpoint, even if the declared configuration makes a new one at each call.
     */
    @Override
    public Configurator getConfigurator() {
        return configurator;
    }

    @Override
    public Class<?> getEndpointClass() {
        return declared.getEndpointClass();
    }

    @Override
    public String getPath() {
        return declared.getPath();
    }

    @Override
    public List<String> getSubprotocols() {
        return WithoutNulls.list(declared.getSubprotocols());
    }

    @Override
    public List<Extension> getExtensions() {
        return WithoutNulls.list(declared.getExtensions());
    }

    @Override
    public List<Class<? extends Encoder>> getEncoders() {
        return WithoutNulls.list(declared.getEncoders());
    }

    @Override
    public List<Class<? extends Decoder>> getDecoders() {
        return WithoutNulls.list(declared.getDecoders());
    }
}
