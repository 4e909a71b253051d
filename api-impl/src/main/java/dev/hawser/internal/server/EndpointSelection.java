package dev.hawser.internal.server;

import dev.hawser.internal.component.Components;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.System.Logger.Level;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The scanned classes that are deployed (Jakarta WebSocket 6.2): all annotated endpoints, or, if there are {@link
 * ServerApplicationConfig}s, exactly what they return together.
 *
 * @param annotated classes with {@link ServerEndpoint}
 * @param configured configurations of programmatic endpoints
 */
public record EndpointSelection(Set<Class<?>> annotated, Set<ServerEndpointConfig> configured) {
    /** Copies the sets, in their order. */
    public EndpointSelection {
        annotated = Collections.unmodifiableSet(new LinkedHashSet<>(annotated));
        configured = Collections.unmodifiableSet(new LinkedHashSet<>(configured));
    }

    /**
     * Selects from the result of a scan: classes annotated with {@link ServerEndpoint}, subclasses of {@link Endpoint}
     * and implementations of {@link ServerApplicationConfig}, in any order. Abstract classes are left out, since they
     * are bases of others. Annotated classes that are not public (4.8) are left out with a WARN.
     *
     * @throws DeploymentException naming the ServerApplicationConfig that cannot be made or that threw
     */
    public static EndpointSelection of(Collection<Class<?>> scanned) throws DeploymentException {
        List<Class<?>> concrete = new ArrayList<>();
        for (Class<?> type : scanned) {
            if (!type.isInterface() && !Modifier.isAbstract(type.getModifiers())) {
                concrete.add(type);
            }
        }
        // A scan has no order. With one, the same fault is reported each time.
        concrete.sort(Comparator.comparing(Class::getName));
        Set<Class<?>> annotated = new LinkedHashSet<>();
        Set<Class<? extends Endpoint>> programmatic = new LinkedHashSet<>();
        List<ServerApplicationConfig> applications = new ArrayList<>();
        for (Class<?> type : concrete) {
            if (type.isAnnotationPresent(ServerEndpoint.class) && isPublic(type)) {
                annotated.add(type);
            }
            if (Endpoint.class.isAssignableFrom(type)) {
                programmatic.add(type.asSubclass(Endpoint.class));
            }
            if (ServerApplicationConfig.class.isAssignableFrom(type)) {
                applications.add(Instances.deploy(
                        Components.plain(),
                        "The ServerApplicationConfig",
                        type.asSubclass(ServerApplicationConfig.class)));
            }
        }
        return applications.isEmpty()
                ? new EndpointSelection(annotated, Set.of())
                : ask(applications, annotated, programmatic);
    }

    private static EndpointSelection ask(
            List<ServerApplicationConfig> applications,
            Set<Class<?>> annotated,
            Set<Class<? extends Endpoint>> programmatic)
            throws DeploymentException {
        Set<Class<?>> classes = new LinkedHashSet<>();
        Set<ServerEndpointConfig> configs = new LinkedHashSet<>();
        for (ServerApplicationConfig application : applications) {
            try {
                // Each gets its own set, since some remove from it what they do not want and return it.
                addAll(application.getEndpointConfigs(new LinkedHashSet<>(programmatic)), configs::add);
                addAll(application.getAnnotatedEndpointClasses(new LinkedHashSet<>(annotated)), classes::add);
            } catch (RuntimeException e) {
                throw new DeploymentException(
                        "The ServerApplicationConfig " + application.getClass().getName() + " failed", e);
            }
        }
        return new EndpointSelection(classes, configs);
    }

    /** Null is not legal, but counts as an empty set. */
    private static <T> void addAll(@Nullable Set<T> returned, Consumer<T> selected) {
        if (returned != null) {
            for (@Nullable T element : returned) {
                if (element != null) {
                    selected.accept(element);
                }
            }
        }
    }

    private static boolean isPublic(Class<?> endpointClass) {
        if (Modifier.isPublic(endpointClass.getModifiers())) {
            return true;
        }
        System.getLogger("dev.hawser.deployment")
                .log(
                        Level.WARNING,
                        "Not deployed, since it is not public (Jakarta WebSocket 4.8): " + endpointClass.getName());
        return false;
    }

    /** Whether there is nothing to deploy. */
    public boolean isEmpty() {
        return annotated.isEmpty() && configured.isEmpty();
    }
}
