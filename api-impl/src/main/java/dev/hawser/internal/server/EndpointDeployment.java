package dev.hawser.internal.server;

import dev.hawser.internal.component.Components;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.endpoint.WithoutNulls;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the endpoints of an application. Until the deployment {@link #end ends}, an invalid endpoint takes all
 * endpoints out of service, those added before and after it (Jakarta WebSocket 5.2.1); later only the invalid one
 * fails. Thread-safe.
 */
final class EndpointDeployment {
    private static final Logger LOG = System.getLogger("dev.hawser.deployment");

    private final Components components;
    private final ContainerDefaults defaults;
    private final EndpointMap<DeployedEndpoint> endpoints = new EndpointMap<>();
    private final Object lock = new Object();
    /** The annotated classes that are deployed, or are being deployed. Guarded by lock. */
    private final Set<Class<?>> annotated = new HashSet<>();
    /** The paths in service. Guarded by lock. */
    private final Set<String> paths = new TreeSet<>();
    /** The reason why the application's endpoints are out of service. Guarded by lock. */
    private @Nullable DeploymentException failure;
    /** Guarded by lock. */
    private boolean ended;

    EndpointDeployment(Components components, ContainerDefaults defaults) {
        this.components = components;
        this.defaults = defaults;
    }

    /** Whether there is no endpoint. One volatile read. */
    boolean isEmpty() {
        return endpoints.isEmpty();
    }

    /** The endpoint that is in service for a path, or null. */
    EndpointMap.@Nullable Match<DeployedEndpoint> match(String path) {
        return endpoints.match(path);
    }

    /** The paths in service, as they were declared, in alphabetical order. */
    List<String> paths() {
        synchronized (lock) {
            return List.copyOf(paths);
        }
    }

    /** Whether an annotated class has been deployed. */
    boolean isAdded(Class<?> endpointClass) {
        synchronized (lock) {
            return annotated.contains(endpointClass);
        }
    }

    /** Deploys an annotated class. A class that is already deployed is ignored (Jakarta WebSocket 6.4). */
    void add(Class<?> endpointClass) throws DeploymentException {
        synchronized (lock) {
            if (failure == null && !annotated.add(endpointClass)) {
                return;
            }
        }
        boolean added = false;
        try {
            deploy(() -> DeployedEndpoint.configOf(endpointClass, components));
            added = true;
        } finally {
            if (!added) {
                forget(endpointClass);
            }
        }
    }

    private void forget(Class<?> endpointClass) {
        synchronized (lock) {
            annotated.remove(endpointClass);
        }
    }

    /** Deploys an endpoint by its configuration. */
    void add(ServerEndpointConfig config) throws DeploymentException {
        deploy(() -> config);
    }

    /**
     * Fails the application's deployment for a reason other than an endpoint, such as its {@code
     * ServerApplicationConfig}.
     */
    void fail(DeploymentException cause) {
        synchronized (lock) {
            if (failure != null) {
                return;
            }
            failure = cause;
            endpoints.clear();
            paths.clear();
        }
        String message = "No WebSocket endpoint of this application is in service, because its deployment failed: ";
        // The stack trace of our own exception says nothing; that of the application's exception may help.
        LOG.log(Level.ERROR, message + cause.getMessage(), cause.getCause());
    }

    /** The application has started: from now on an invalid endpoint fails alone. */
    void end() {
        synchronized (lock) {
            ended = true;
        }
    }

    /** Makes a configuration, which may fail. */
    private interface ConfigSource {
        ServerEndpointConfig get() throws DeploymentException;
    }

    private void deploy(ConfigSource source) throws DeploymentException {
        try {
            refuseAfterFailure();
            publish(source.get());
        } catch (DeploymentException e) {
            throw failed(e);
        } catch (RuntimeException | LinkageError e) {
            throw failed(new DeploymentException("An endpoint cannot be deployed: " + e, e));
        }
    }

    /**
     * Puts an endpoint into service. Constructors and getters of the application run here, so the lock is taken only at
     * the end.
     */
    private void publish(ServerEndpointConfig config) throws DeploymentException {
        UriTemplate template = DeployedEndpoint.template(config.getEndpointClass(), config.getPath());
        EndpointPlan plan = EndpointPlan.of(
                config.getEndpointClass(),
                template.variables(),
                WithoutNulls.list(config.getEncoders()),
                WithoutNulls.list(config.getDecoders()));
        DeployedEndpoint endpoint = DeployedEndpoint.of(config, plan, defaults.settings());
        synchronized (lock) {
            refuseAfterFailure();
            endpoints.add(template, endpoint);
            paths.add(template.path());
        }
        LOG.log(Level.DEBUG, () -> "Deployed " + endpoint + " at " + template);
    }

    private DeploymentException failed(DeploymentException cause) {
        if (!hasEnded()) {
            fail(cause);
        }
        return cause;
    }

    private boolean hasEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    private void refuseAfterFailure() throws DeploymentException {
        synchronized (lock) {
            if (failure != null) {
                throw new DeploymentException(
                        "The deployment of this application has failed already: " + failure.getMessage(), failure);
            }
        }
    }
}
