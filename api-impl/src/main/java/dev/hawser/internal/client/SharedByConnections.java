package dev.hawser.internal.client;

import dev.hawser.Settings;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.endpoint.WithoutNulls;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one client share: their settings, and the plans of their endpoint classes. A plan is made by
 * reflection, and takes as much memory as a tenth of a session. Thread-safe.
 *
 * <p>A client may outlive the applications that connect with it. So a plan lives as long as a session has it, or until
 * the next collection, and nothing here keeps a class.
 */
final class SharedByConnections {
    /** The last plan of each class. Guarded by itself. */
    private final Map<Class<?>, WeakReference<EndpointPlan>> plans = new WeakHashMap<>();

    private volatile @Nullable Settings lastSettings;

    /** @throws DeploymentException if the class or a coder breaks a rule of the specification */
    EndpointPlan plan(Class<?> endpointClass, ClientEndpointConfig config) throws DeploymentException {
        List<Class<? extends Encoder>> encoders = WithoutNulls.list(config.getEncoders());
        List<Class<? extends Decoder>> decoders = WithoutNulls.list(config.getDecoders());
        EndpointPlan last = last(endpointClass);
        if (last != null && last.isOf(encoders, decoders)) {
            return last;
        }
        EndpointPlan made = EndpointPlan.of(endpointClass, Set.of(), encoders, decoders);
        synchronized (plans) {
            plans.put(endpointClass, new WeakReference<>(made));
        }
        return made;
    }

    private @Nullable EndpointPlan last(Class<?> endpointClass) {
        synchronized (plans) {
            WeakReference<EndpointPlan> last = plans.get(endpointClass);
            return last == null ? null : last.get();
        }
    }

    /** The settings of the last connection if they are equal to these, which are those of the next one. */
    Settings settings(Settings made) {
        Settings last = lastSettings;
        if (last != null && last.equals(made)) {
            return last;
        }
        lastSettings = made;
        return made;
    }
}
