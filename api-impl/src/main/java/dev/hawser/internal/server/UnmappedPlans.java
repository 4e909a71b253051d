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
 * The plans and the sessions' caps of endpoints that are not deployed under a path. Front controllers make a new
 * configuration of the same few classes for each request, and its plan is costly. Thread-safe.
 */
final class UnmappedPlans {
    /** More than an application has endpoint classes; a bound for applications that generate classes. */
    private static final int MOST = 1024;

    /**
     * By endpoint class, variables, encoders and decoders. The key is a list and not a record, because the JDK keeps
     * the record class whose generated equals was linked last, and with it an undeployed application.
     */
    private final Map<List<Object>, EndpointPlan> plans = new ConcurrentHashMap<>();

    /** By endpoint class: its sessions count whichever plans they have, and when the plans are forgotten. */
    private final Map<Class<?>, SessionCaps> caps = new ConcurrentHashMap<>();

    /** A plan, and the sessions of its endpoint. */
    record Known(EndpointPlan plan, SessionCaps caps) {}

    Known of(ServerEndpointConfig config, Set<String> variables) throws DeploymentException {
        Class<?> endpointClass = config.getEndpointClass();
        Set<String> names = Set.copyOf(variables);
        List<Class<? extends Encoder>> encoders = WithoutNulls.list(config.getEncoders());
        List<Class<? extends Decoder>> decoders = WithoutNulls.list(config.getDecoders());
        List<Object> key = List.of(endpointClass, names, encoders, decoders);
        EndpointPlan plan = plans.get(key);
        if (plan == null) {
            EndpointPlan made = EndpointPlan.of(endpointClass, names, encoders, decoders);
            if (plans.size() >= MOST) {
                plans.clear();
            }
            EndpointPlan first = plans.putIfAbsent(key, made);
            plan = first == null ? made : first;
        }
        return new Known(plan, caps(endpointClass));
    }

    /**
     * The sessions of an endpoint. Of more classes than the bound only those with sessions are kept; a handshake that
     * comes at the very moment in which its class has none may be counted apart.
     */
    SessionCaps caps(Class<?> endpointClass) {
        SessionCaps known = caps.get(endpointClass);
        if (known != null) {
            return known;
        }
        if (caps.size() >= MOST) {
            caps.values().removeIf(idle -> idle.sessions() == 0);
        }
        return caps.computeIfAbsent(endpointClass, key -> new SessionCaps(System.nanoTime()));
    }

    /** How many classes have caps. */
    int cappedClasses() {
        return caps.size();
    }
}
