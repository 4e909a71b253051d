package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.component.Components;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The platform default configurator. {@code ServerEndpointConfig.Configurator} finds it through the {@code
 * ServiceLoader}; endpoints without their own configurator use it directly. Stateless.
 */
public final class DefaultServerConfigurator extends ServerEndpointConfig.Configurator {
    /** For the {@code ServiceLoader}. */
    public DefaultServerConfigurator() {}

    /** The first subprotocol of the client's list that the endpoint supports, or "". */
    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        for (String subprotocol : requested) {
            if (supported.contains(subprotocol)) {
                return subprotocol;
            }
        }
        return "";
    }

    /**
     * The first offer of each installed extension, in the client's order and with its parameters. Several offers of one
     * name are alternatives (RFC 6455 9.1).
     */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        if (installed.isEmpty() || requested.isEmpty()) {
            return List.of();
        }
        Set<String> names = new HashSet<>();
        for (Extension extension : installed) {
            names.add(extension.getName());
        }
        List<Extension> agreed = new ArrayList<>();
        for (Extension offer : requested) {
            if (names.remove(offer.getName())) {
                agreed.add(offer);
            }
        }
        return agreed;
    }

    /**
     * Always true, because the container has compared the origin with the setting {@code allowedOrigins} before. This
     * method could not: it does not know the host of the request. If a configurator overrides this method, only its
     * answer counts, so it must not return the answer of {@code super}.
     */
    @Override
    public boolean checkOrigin(String originHeaderValue) {
        return true;
    }

    /**
     * A new instance, made with the public constructor without parameters. If no configurator overrides this method,
     * the container does not call it, and makes instances with the injection of its environment.
     *
     * @throws InstantiationException naming the class, if it has no such constructor or the constructor threw
     * @throws HandshakeRejectedException if the constructor threw it
     */
    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) throws InstantiationException {
        return Instances.endpoint(Components.plain(), endpointClass).object();
    }

    /**
     * Does nothing. The API's method would call the platform default, which is this one, without end, if another
     * implementation serves the application and our jar is on the class path.
     */
    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {}
}
