package dev.hawser.internal.server;

import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.endpoint.WithoutNulls;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plans of endpoints that are not deployed under a path. Front controllers make a new configuration for each
 * request, of the same few classes, and the plan is what is costly about one. Thread-safe.
 */
final class UnmappedPlans {
    /** More than any application has classes; a bound against one that generates them. */
    private static final int MAX_PLANS = 1024;

    /**
     * By endpoint class, variables, encoders and decoders: a list and no record, since the JDK keeps the record whose
     * generated equals was linked last, and with it an undeployed application.
     */
    private final Map<List<Object>, EndpointPlan> plans = new ConcurrentHashMap<>();

    EndpointPlan of(ServerEndpointConfig config, Set<String> variables) throws DeploymentException {
        Class<?> endpointClass = config.getEndpointClass();
        Set<String> names = Set.copyOf(variables);
        List<Class<? extends Encoder>> encoders = WithoutNulls.list(config.getEncoders());
        List<Class<? extends Decoder>> decoders = WithoutNulls.list(config.getDecoders());
        List<Object> key = List.of(endpointClass, names, encoders, decoders);
        EndpointPlan plan = plans.get(key);
        if (plan != null) {
            return plan;
        }
        EndpointPlan made = EndpointPlan.of(endpointClass, names, encoders, decoders);
        if (plans.size() >= MAX_PLANS) {
            plans.clear();
        }
        EndpointPlan first = plans.putIfAbsent(key, made);
        return first == null ? made : first;
    }
}
