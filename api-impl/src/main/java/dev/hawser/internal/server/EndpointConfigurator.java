package dev.hawser.internal.server;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.internal.endpoint.WithoutNulls;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The configurator of one logical endpoint. Methods that its class does not override go directly to {@link
 * DefaultServerConfigurator}: the API would ask the {@code ServiceLoader}, which may find another implementation's
 * default, or none. The API also gives such a default to a programmatic configuration that has no configurator, so a
 * foreign default counts as none.
 */
final class EndpointConfigurator {
    private static final DefaultServerConfigurator DEFAULT = new DefaultServerConfigurator();

    private final ServerEndpointConfig.Configurator declared;
    private final ServerEndpointConfig.Configurator forSubprotocol;
    private final ServerEndpointConfig.Configurator forExtensions;
    private final ServerEndpointConfig.Configurator forOrigin;
    private final ServerEndpointConfig.Configurator forInstance;
    private final boolean modifiesHandshake;

    EndpointConfigurator(ServerEndpointConfig.@Nullable Configurator declared) {
        this.declared = declared == null ? DEFAULT : declared;
        Class<?> type = isPlatformDefault(this.declared) ? DefaultServerConfigurator.class : this.declared.getClass();
        forSubprotocol = overrides(type, "getNegotiatedSubprotocol", List.class, List.class) ? this.declared : DEFAULT;
        forExtensions = overrides(type, "getNegotiatedExtensions", List.class, List.class) ? this.declared : DEFAULT;
        forOrigin = overrides(type, "checkOrigin", String.class) ? this.declared : DEFAULT;
        forInstance = overrides(type, "getEndpointInstance", Class.class) ? this.declared : DEFAULT;
        modifiesHandshake = !(this.declared instanceof DefaultServerConfigurator)
                && overrides(
                        type,
                        "modifyHandshake",
                        ServerEndpointConfig.class,
                        HandshakeRequest.class,
                        HandshakeResponse.class);
    }

    /** The application's own object, or the platform default. */
    ServerEndpointConfig.Configurator declared() {
        return declared;
    }

    ServerEndpointConfig.Configurator forSubprotocol() {
        return forSubprotocol;
    }

    ServerEndpointConfig.Configurator forOrigin() {
        return forOrigin;
    }

    /** Whether the application checks origins itself (docs/adr/007-origin.md). */
    boolean checksOrigin() {
        return forOrigin != DEFAULT;
    }

    ServerEndpointConfig.Configurator forInstance() {
        return forInstance;
    }

    /** Whether the default makes the instances, so that the class needs a public constructor without parameters. */
    boolean makesInstancesByDefault() {
        return forInstance == DEFAULT;
    }

    /** Whether modifyHandshake is overridden, so that request and response objects must be made for it. */
    boolean modifiesHandshake() {
        return modifiesHandshake;
    }

    /** Whether the configurator chooses among the extensions. The default is not asked if the client offers none. */
    boolean isAskedFor(List<ExtensionOffer> offered) {
        return !offered.isEmpty() || forExtensions != DEFAULT;
    }

    /** The extensions that the configurator agrees to. */
    List<Extension> negotiateExtensions(List<Extension> installed, List<Extension> requested) {
        return WithoutNulls.list(forExtensions.getNegotiatedExtensions(installed, requested));
    }

    /**
     * Whether a configurator is our default, its class in another class loader, or another implementation's default.
     */
    private static boolean isPlatformDefault(ServerEndpointConfig.Configurator configurator) {
        if (configurator instanceof DefaultServerConfigurator) {
            return true;
        }
        try {
            return ServiceLoader.load(ServerEndpointConfig.Configurator.class).stream()
                    .anyMatch(provider -> provider.type() == configurator.getClass());
        } catch (ServiceConfigurationError e) {
            return false; // a provider that cannot be loaded has not made this configurator
        }
    }

    private static boolean overrides(Class<?> type, String method, Class<?>... parameters) {
        try {
            Class<?> declaring = type.getMethod(method, parameters).getDeclaringClass();
            return declaring != ServerEndpointConfig.Configurator.class && declaring != DefaultServerConfigurator.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Not the jakarta.websocket API: Configurator has no method " + method, e);
        }
    }
}
