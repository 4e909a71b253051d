package dev.hawser.internal.endpoint;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Binds endpoints for tests to a session that is nothing but an identity. */
final class OpenedEndpoint {
    static final Session SESSION = (Session) Proxy.newProxyInstance(
            OpenedEndpoint.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("equals")) {
                    return proxy == arguments[0];
                }
                throw new UnsupportedOperationException(method.getName());
            });
    static final EndpointConfig CONFIG = ClientEndpointConfig.Builder.create().build();

    private final List<Class<? extends Encoder>> encoders = new ArrayList<>();
    private final List<Class<? extends Decoder>> decoders = new ArrayList<>();
    private Set<String> templateVariables = Set.of();
    private Map<String, String> pathParameters = Map.of();

    OpenedEndpoint decodedBy(List<Class<? extends Decoder>> more) {
        decoders.addAll(more);
        return this;
    }

    OpenedEndpoint encodedBy(List<Class<? extends Encoder>> more) {
        encoders.addAll(more);
        return this;
    }

    OpenedEndpoint template(String... variables) {
        templateVariables = Set.of(variables);
        return this;
    }

    OpenedEndpoint path(Map<String, String> values) {
        pathParameters = values;
        templateVariables = values.keySet();
        return this;
    }

    EndpointPlan plan(Class<?> endpointClass) throws DeploymentException {
        return EndpointPlan.of(endpointClass, templateVariables, encoders, decoders);
    }

    BoundEndpoint bind(Object instance) throws DeploymentException {
        return plan(instance.getClass())
                .bind(Component.of(instance), Components.plain(), SESSION, CONFIG, pathParameters, true);
    }

    /** Bound, and its open callback called. */
    BoundEndpoint open(Object instance) throws Throwable {
        BoundEndpoint bound = bind(instance);
        bound.onOpen();
        return bound;
    }
}
