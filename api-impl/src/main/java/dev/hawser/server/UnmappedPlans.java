package dev.hawser.server;

import dev.hawser.endpoint.EndpointPlan;
import dev.hawser.endpoint.WithoutNulls;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plans of endpoints that are not deployed under a path. Front controllers make a new configuration for each request, of the same few
 * classes, and the plan is what is costly about one. Thread-safe.
 */
final class UnmappedPlans {
    /** More than any application has classes; a bound against one that generates them. */
    private static final int MAX_PLANS = 1024;

    private final Map<Key, EndpointPlan> plans = new ConcurrentHashMap<>();

    private record Key(
            Class<?> endpointClass,
            Set<String> variables,
            List<Class<? extends Encoder>> encoders,
            List<Class<? extends Decoder>> decoders) {}

    EndpointPlan of(ServerEndpointConfig config, Set<String> variables) throws DeploymentException {
        Key key = new Key(
                config.getEndpointClass(),
                Set.copyOf(variables),
                WithoutNulls.list(config.getEncoders()),
                WithoutNulls.list(config.getDecoders()));
        EndpointPlan plan = plans.get(key);
        if (plan != null) {
            return plan;
        }
        EndpointPlan made = EndpointPlan.of(key.endpointClass, key.variables, key.encoders, key.decoders);
        if (plans.size() >= MAX_PLANS) {
            plans.clear();
        }
        EndpointPlan first = plans.putIfAbsent(key, made);
        return first == null ? made : first;
    }
}
