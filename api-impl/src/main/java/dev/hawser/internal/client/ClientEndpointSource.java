package dev.hawser.internal.client;

import dev.hawser.Dispatch;
import dev.hawser.Settings;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.component.MakingFailure;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.session.DeclaredSettings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client endpoint as the application gave it to connectToServer, checked: what to call, and how it is configured.
 *
 * @param given the instance, or null if one must be made of the class
 * @param declared the settings that the endpoint itself asks for
 */
record ClientEndpointSource(EndpointPlan plan, @Nullable Object given, ClientEndpointConfig config, Settings declared) {

    /** An annotated instance or class. */
    static ClientEndpointSource annotated(
            SharedByConnections shared, Components components, Class<?> endpointClass, @Nullable Object instance)
            throws DeploymentException {
        EndpointPlan.requireClientEndpoint(endpointClass);
        ClientEndpoint annotation = endpointClass.getAnnotation(ClientEndpoint.class);
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .preferredSubprotocols(List.of(annotation.subprotocols()))
                .encoders(List.of(annotation.encoders()))
                .decoders(List.of(annotation.decoders()))
                .configurator(made(components, annotation.configurator()).object())
                .build();
        return of(shared, endpointClass, instance, config);
    }

    /** A programmatic instance or class. */
    static ClientEndpointSource programmatic(
            SharedByConnections shared,
            Class<? extends Endpoint> endpointClass,
            @Nullable Endpoint instance,
            @Nullable ClientEndpointConfig config)
            throws DeploymentException {
        return of(
                shared,
                endpointClass,
                instance,
                config == null ? ClientEndpointConfig.Builder.create().build() : config);
    }

    private static ClientEndpointSource of(
            SharedByConnections shared, Class<?> endpointClass, @Nullable Object instance, ClientEndpointConfig config)
            throws DeploymentException {
        if (instance == null) {
            EndpointPlan.requireInstantiable(endpointClass);
        }
        return new ClientEndpointSource(
                shared.plan(endpointClass, config),
                instance,
                config,
                DeclaredSettings.OF_CLIENT_ENDPOINTS.of(endpointClass, config.getUserProperties()));
    }

    /** @throws DeploymentException if the endpoint's callbacks cannot be dispatched like that */
    void requireDispatch(Dispatch dispatch) throws DeploymentException {
        String name = plan.endpointClass().getName();
        try {
            DeclaredSettings.requireSupported(dispatch);
        } catch (IllegalArgumentException e) {
            throw new DeploymentException(name + ": " + e.getMessage());
        }
        if (dispatch == Dispatch.EVENT_LOOP && plan.needsBlockingThread()) {
            throw new DeploymentException(
                    name + " has an InputStream or Reader handler, which blocks, and asks for dispatch event-loop");
        }
    }

    /** The endpoint object: the given one, or a new one. */
    Component<?> instance(Components components) throws DeploymentException {
        return given == null ? made(components, plan.endpointClass()) : Component.of(given);
    }

    private static <T> Component<T> made(Components components, Class<T> type) throws DeploymentException {
        try {
            return components.get(type);
        } catch (InvocationTargetException e) {
            InstantiationException failure = MakingFailure.of(type, e.getCause());
            throw new DeploymentException(failure.getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new DeploymentException(
                    "No instance of " + type.getName()
                            + " can be made: expected a public constructor without parameters",
                    e);
        }
    }
}
