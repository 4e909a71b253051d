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
 * The platform default configurator: what {@code ServerEndpointConfig.Configurator} finds through the
 * {@code ServiceLoader}, and what endpoints without one of their own use directly. Stateless.
 */
public final class DefaultServerConfigurator extends ServerEndpointConfig.Configurator {
    /** For the {@code ServiceLoader}. */
    public DefaultServerConfigurator() {}

    /** The first in the client's list that the endpoint supports, or "". */
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
     * The first offer for each installed name, in the client's order and with its parameters. More than one offer of a
     * name are alternatives (RFC 6455 9.1), of which one can be agreed on.
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
     * True: the container has compared the origin with the setting {@code allowedOrigins} before it asks, which this
     * method could not do, since it is not told what host the request is for. So a configurator that overrides this
     * method, and whose answer counts alone, must not leave the decision to {@code super}.
     */
    @Override
    public boolean checkOrigin(String originHeaderValue) {
        return true;
    }

    /**
     * A new instance, made with the public constructor without parameters. Where nobody overrides this method the
     * container does not call it, and makes instances as its environment does, with injection.
     *
     * @throws InstantiationException naming the class, if there is no such constructor or it failed
     * @throws HandshakeRejectedException if the constructor threw one
     */
    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) throws InstantiationException {
        return Instances.endpoint(Components.plain(), endpointClass).object();
    }

    /**
     * Nothing. The API's own method asks the platform default, which is this one: where another implementation serves
     * and our jar is there, too, it would go on for ever.
     */
    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {}
}
