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
 * A cache of the plans of endpoints that are not deployed under a path. Front controllers make a new configuration of
 * the same few classes for each request, and its plan is costly. Thread-safe.
 */
final class UnmappedPlans {
    /** More than an application has endpoint classes; a bound for applications that generate classes. */
    private static final int MAX_PLANS = 1024;

    /**
     * By endpoint class, variables, encoders and decoders. The key is a list and not a record, because the JDK keeps
     * the record class whose generated equals was linked last, and with it an undeployed application.
     */
    private final Map<List<Object>, Known> plans = new ConcurrentHashMap<>();

    /** A plan, and the sessions of its endpoint, whichever configurations they have. */
    record Known(EndpointPlan plan, SessionCaps caps) {}

    Known of(ServerEndpointConfig config, Set<String> variables) throws DeploymentException {
        Class<?> endpointClass = config.getEndpointClass();
        Set<String> names = Set.copyOf(variables);
        List<Class<? extends Encoder>> encoders = WithoutNulls.list(config.getEncoders());
        List<Class<? extends Decoder>> decoders = WithoutNulls.list(config.getDecoders());
        List<Object> key = List.of(endpointClass, names, encoders, decoders);
        Known known = plans.get(key);
        if (known != null) {
            return known;
        }
        Known made = new Known(
                EndpointPlan.of(endpointClass, names, encoders, decoders), new SessionCaps(System.nanoTime()));
        if (plans.size() >= MAX_PLANS) {
            plans.clear();
        }
        Known first = plans.putIfAbsent(key, made);
        return first == null ? made : first;
    }
}
