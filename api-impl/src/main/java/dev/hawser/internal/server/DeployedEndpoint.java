package dev.hawser.internal.server;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.protocol.handshake.AllowedOrigins;
import dev.hawser.internal.session.DeclaredSettings;
import dev.hawser.internal.session.FrameExtensions;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One logical endpoint, with everything that deployment can decide, so that a handshake decides only what depends on
 * the request.
 */
final class DeployedEndpoint {
    private final ServerEndpointConfig config;
    private final EndpointPlan plan;
    private final EndpointConfigurator configurator;
    /** Whether the application decides on origins: its configurator, or the code that upgrades a request itself. */
    private final boolean originDecided;

    private final List<String> subprotocols;
    private final List<Extension> extensions;
    private final Settings declared;
    private final SessionCaps caps;
    private final boolean declaresCaps;
    /** The last result of {@link #resolve}; any thread may replace it with an equal one. */
    private volatile @Nullable Resolved resolved;
    /**
     * Whether it was logged that the configurator agreed to something impossible, which it would do at every handshake.
     */
    private final AtomicBoolean toldOfAgreement = new AtomicBoolean();

    /** The endpoint's settings over those of the container, and the origins that they allow. */
    record Resolved(Settings container, Settings settings, AllowedOrigins origins) {}

    private DeployedEndpoint(
            ServerEndpointConfig config,
            EndpointPlan plan,
            EndpointConfigurator configurator,
            boolean originDecided,
            Settings declared,
            SessionCaps caps) {
        this.config = config;
        this.plan = plan;
        this.configurator = configurator;
        this.originDecided = originDecided;
        this.subprotocols = WithoutNulls.list(config.getSubprotocols());
        this.extensions = WithoutNulls.list(config.getExtensions());
        this.declared = declared;
        this.caps = caps;
        this.declaresCaps = declared.isSet(Setting.MAX_SESSIONS)
                || declared.isSet(Setting.MAX_SESSIONS_PER_ADDRESS)
                || declared.isSet(Setting.MAX_HANDSHAKES_PER_SECOND);
    }

    /**
     * The configuration that an annotation describes. The configurator is made here, once for each logical endpoint.
     *
     * @param components makes the configurator
     * @throws DeploymentException if the class is not annotated, or its path or configurator is not valid
     */
    static ServerEndpointConfig configOf(Class<?> endpointClass, Components components) throws DeploymentException {
        EndpointPlan.requireServerEndpoint(endpointClass, false);
        ServerEndpoint annotation = Objects.requireNonNull(endpointClass.getAnnotation(ServerEndpoint.class));
        template(endpointClass, annotation.value());
        return ServerEndpointConfig.Builder.create(endpointClass, annotation.value())
                .subprotocols(List.of(annotation.subprotocols()))
                .decoders(List.of(annotation.decoders()))
                .encoders(List.of(annotation.encoders()))
                .configurator(configurator(endpointClass, annotation.configurator(), components))
                .build();
    }

    /** An endpoint that is deployed under its path. If its configurator does not check origins, the container does. */
    static DeployedEndpoint of(ServerEndpointConfig config, EndpointPlan plan, Settings container)
            throws DeploymentException {
        return of(config, new UnmappedPlans.Known(plan, new SessionCaps(System.nanoTime())), container, false);
    }

    /**
     * An endpoint for one request, which the application upgrades itself, and has checked. It shares the caps of other
     * requests for the same endpoint.
     */
    static DeployedEndpoint unmapped(ServerEndpointConfig config, UnmappedPlans.Known known, Settings container)
            throws DeploymentException {
        return of(config, known, container, true);
    }

    /**
     * Checks an endpoint and joins its parts.
     *
     * @param originDecided whether the application has checked the origin before it asks for the upgrade of a request
     * @param known the plan, made from the configuration's class, encoders and decoders, and the sessions
     * @param container the settings of the container, over which the endpoint's own win
     * @throws DeploymentException naming the class and the rule that it breaks
     */
    private static DeployedEndpoint of(
            ServerEndpointConfig config, UnmappedPlans.Known known, Settings container, boolean originDecided)
            throws DeploymentException {
        Class<?> type = config.getEndpointClass();
        EndpointConfigurator configurator = new EndpointConfigurator(config.getConfigurator());
        if (configurator.makesInstancesByDefault()) {
            EndpointPlan.requireInstantiable(type);
        }
        DeployedEndpoint endpoint = new DeployedEndpoint(
                config,
                known.plan(),
                configurator,
                originDecided || configurator.checksOrigin(),
                DeclaredSettings.OF_SERVER_ENDPOINTS.of(type, config.getUserProperties()),
                known.caps());
        Settings settings;
        try {
            settings = endpoint.resolve(container).settings();
            FrameExtensions.check(settings);
            DeclaredSettings.requireSupported(settings.get(Setting.DISPATCH));
        } catch (IllegalArgumentException e) {
            throw new DeploymentException("The endpoint class " + type.getName() + ": " + e.getMessage());
        }
        if (settings.get(Setting.DISPATCH) == Dispatch.EVENT_LOOP
                && known.plan().needsBlockingThread()) {
            throw new DeploymentException("The endpoint class " + type.getName()
                    + " has a handler that takes an InputStream or Reader, which would block the event loop; give the"
                    + " endpoint the setting dispatch=worker");
        }
        return endpoint;
    }

    /**
     * The path of an endpoint.
     *
     * @throws DeploymentException naming the class, the path, and the rule that it breaks
     */
    static UriTemplate template(Class<?> endpointClass, @Nullable String path) throws DeploymentException {
        try {
            return UriTemplate.parse(path);
        } catch (DeploymentException e) {
            throw new DeploymentException("Endpoint class %s: %s (Jakarta WebSocket 2.2, section 4.1.1)"
                    .formatted(endpointClass.getTypeName(), e.getMessage()));
        }
    }

    ServerEndpointConfig config() {
        return config;
    }

    EndpointPlan plan() {
        return plan;
    }

    EndpointConfigurator configurator() {
        return configurator;
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    /**
     * The extensions that a configurator may choose from: those that the endpoint declares, then those of the container
     * that it does not declare itself.
     */
    List<Extension> installed(Collection<Extension> ofContainer) {
        if (ofContainer.isEmpty()) {
            return extensions;
        }
        List<Extension> installed = new ArrayList<>(extensions);
        for (Extension extension : ofContainer) {
            if (extensions.stream().noneMatch(own -> extension.getName().equals(own.getName()))) {
                installed.add(extension);
            }
        }
        return List.copyOf(installed);
    }

    /**
     * The settings of this endpoint over those of the container, which the API may have changed since the last
     * handshake.
     */
    Resolved resolve(Settings container) {
        Resolved known = resolved;
        if (known != null && known.container().equals(container)) {
            return known;
        }
        Settings settings = declared.over(container);
        Resolved made = new Resolved(container, settings, AllowedOrigins.parse(allowedOrigins(settings)));
        resolved = made;
        return made;
    }

    /**
     * The allowed origins. If the application checks origins, only it decides, unless the setting is set, too: then
     * both must agree.
     */
    private String allowedOrigins(Settings settings) {
        boolean decided = originDecided && !settings.isSet(Setting.ALLOWED_ORIGINS);
        return decided ? "*" : settings.get(Setting.ALLOWED_ORIGINS);
    }

    /** The endpoint's own settings if a cap on its sessions is among them; null if only the application's caps hold. */
    @Nullable Settings declaredCaps() {
        return declaresCaps ? declared : null;
    }

    /** The sessions of this endpoint, counted if it has {@link #declaredCaps}. */
    SessionCaps caps() {
        return caps;
    }

    /** Returns true at the first call. */
    boolean tellOfAgreement() {
        return !toldOfAgreement.get() && toldOfAgreement.compareAndSet(false, true);
    }

    /** The name of the endpoint's class. */
    @Override
    public String toString() {
        return config.getEndpointClass().getName();
    }

    private static ServerEndpointConfig.Configurator configurator(
            Class<?> endpointClass, Class<? extends ServerEndpointConfig.Configurator> type, Components components)
            throws DeploymentException {
        return type == ServerEndpointConfig.Configurator.class
                ? new DefaultServerConfigurator()
                : Instances.deploy(
                        components, "@ServerEndpoint of " + endpointClass.getName() + ": the configurator", type);
    }
}
