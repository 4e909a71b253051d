package dev.hawser.internal.servlet;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.environment.Environment;
import dev.hawser.internal.server.EndpointSelection;
import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.ForeignProperty;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextAttributeEvent;
import jakarta.servlet.ServletContextAttributeListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hawser in one web application, from its start to its stop. Started and stopped by the container's own threads. */
public final class Deployment {
    /** Where applications find the ServerContainer (Jakarta WebSocket 6.4). */
    static final String SERVER_CONTAINER = "jakarta.websocket.server.ServerContainer";

    private static final Logger LOG = System.getLogger("dev.hawser.servlet");
    private static final String FILTER_NAME = "hawser-websocket";
    private static final String DEPLOYMENT = Deployment.class.getName();

    /**
     * Its value is the same for all class loaders, so that a Hawser on the server's class path and one in WEB-INF/lib
     * know of each other.
     */
    private static final String INITIALIZED = "dev.hawser.servlet.initialized";

    /**
     * A resource of jars, such as the Spring Boot starter, that start Hawser themselves, with settings and endpoints
     * that the container does not know.
     */
    private static final String STARTED_BY_FRAMEWORK = "META-INF/dev.hawser.started-by-framework";

    private final ServletContext context;
    private final Settings settings;
    private final TransportHook hook;
    private final EndpointServerContainer server;
    private final UpgradeFilter upgradeFilter;
    private final FilterRegistration.Dynamic filterRegistration;
    private final Set<Class<?>> deployed = new HashSet<>();
    private final Runnable serverStopListener;

    /** Behind ServerContainer.connectToServer; null until that is called. */
    private volatile @Nullable EndpointClientContainer client;

    private Deployment(ServletContext context, Settings settings, TransportHook hook) {
        this.context = context;
        this.settings = settings;
        this.hook = hook;
        HandshakeResponder responder = new HandshakeResponder(hook);
        Environment environment = Environment.ofWebApplication(context.getClassLoader(), context::getAttribute);
        this.server = new EndpointServerContainer(
                container -> new ContainerRuntime(
                        "hawser-" + ContextName.of(context),
                        settings,
                        context.getClassLoader(),
                        environment,
                        hook.executor(),
                        container),
                this::client,
                (request, response, config, pathParameters) ->
                        upgrade(responder, request, response, config, pathParameters));
        this.upgradeFilter = new UpgradeFilter(server, responder, new UnscannedJars(context, this::isKnown));
        try {
            this.filterRegistration = registered();
            context.addListener(new HttpSessionEnds());
            context.addListener(new ServerContainerReplaced());
            hook.prepare();
        } catch (RuntimeException | Error e) {
            server.runtime().close(Duration.ZERO); // else what it runs would keep the application's class loader
            throw e;
        }
        context.setAttribute(SERVER_CONTAINER, server);
        context.setAttribute(DEPLOYMENT, this);
        this.serverStopListener = hook.beforeServerStops(this::stop);
        hook.afterStart(() -> true, server::deploymentEnded);
    }

    /** Whether a framework in the application starts Hawser, and decides which classes are endpoints. */
    public static boolean isStartedByFramework(ServletContext context) {
        ClassLoader application = context.getClassLoader();
        return application != null && application.getResource(STARTED_BY_FRAMEWORK) != null;
    }

    private boolean isKnown(Class<?> endpointClass) {
        return deployed.contains(endpointClass) || server.isAdded(endpointClass) || isStartedByFramework(context);
    }

    private FilterRegistration.Dynamic registered() {
        FilterRegistration.Dynamic filter = context.addFilter(FILTER_NAME, upgradeFilter);
        if (filter == null) {
            throw new IllegalStateException(
                    ContextName.of(context) + " has a filter named " + FILTER_NAME + " already");
        }
        filter.setAsyncSupported(true);
        return filter;
    }

    /**
     * Starts Hawser, unless it is there already or must not be.
     *
     * @return null if it does not serve this application, or if another call started it; the reason is logged
     * @throws ServletException if a setting or an endpoint is not valid, or if a conflict is to be an error
     */
    public static @Nullable Deployment start(ServletContext context, Collection<Class<?>> classes)
            throws ServletException {
        Object present = context.getAttribute(SERVER_CONTAINER);
        if (present != null && present.getClass().getName().equals(EndpointServerContainer.class.getName())) {
            LOG.log(Level.DEBUG, "Hawser is installed in {0} already", ContextName.of(context));
            Deployment first = of(context);
            if (first != null) {
                first.deploy(classes);
            }
            return null;
        }
        Settings settings = settingsOf(context);
        TransportHook hook = HookLinker.link(context);
        String obstacle = hook.obstacle();
        if (obstacle != null) {
            OtherImplementation.leave(context, present, obstacle, settings.get(Setting.ON_CONFLICT));
            return null;
        }
        if (!OtherImplementation.givesWay(
                context, present, hook, !classes.isEmpty(), settings.get(Setting.ON_CONFLICT))) {
            hook.putOwnWebSocketFilterLast();
            return null;
        }
        Deployment deployment = new Deployment(context, settings, hook);
        try {
            deployment.deploy(classes);
        } catch (ServletException | RuntimeException | Error e) {
            deployment.remove();
            throw e;
        }
        LOG.log(Level.DEBUG, "Hawser serves the web sockets of {0} on {1}", ContextName.of(context), hook.container());
        return deployment;
    }

    private static Settings settingsOf(ServletContext context) throws ServletException {
        try {
            Settings below = ForeignProperty.ofContext(context::getInitParameter);
            return Settings.read(context::getInitParameter, Settings.read(System::getProperty, below));
        } catch (IllegalArgumentException e) {
            throw new ServletException(e.getMessage(), e);
        }
    }

    private void deploy(Collection<Class<?>> classes) throws ServletException {
        Set<Class<?>> added = new HashSet<>(classes);
        added.removeAll(deployed);
        deployed.addAll(added);
        try {
            server.deploy(EndpointSelection.of(added));
        } catch (DeploymentException e) {
            server.fail(e);
            throw new ServletException(
                    "WebSocket endpoints of " + ContextName.of(context) + " cannot be deployed: " + e.getMessage(), e);
        }
    }

    private void upgrade(
            HandshakeResponder responder,
            Object request,
            Object response,
            ServerEndpointConfig config,
            Map<String, String> pathParameters)
            throws IOException, DeploymentException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            throw new IllegalArgumentException("Expected an HttpServletRequest and an HttpServletResponse, got "
                    + typeOf(request) + " and " + typeOf(response));
        }
        if (answer.isCommitted()) {
            throw new IllegalStateException("The response is committed, so that no handshake can be answered any more");
        }
        responder.respond(http, answer, server.upgrade(responder.asUpgradeRequest(http), config, pathParameters));
    }

    private static String typeOf(@Nullable Object given) {
        return given == null ? "null" : given.getClass().getName();
    }

    private EndpointClientContainer client() {
        EndpointClientContainer made =
                new EndpointClientContainer(server, server.runtime().components());
        made.setSettings(settings);
        client = made;
        return made;
    }

    /**
     * Puts the filter into the chains. Called as late as the Servlet API lets us, so that it comes after the filters
     * that other initializers and listeners add at the end; and by servlet name where {@code *} is one, since those
     * that are mapped so come after all that are mapped to URLs (Servlet 6.2.4).
     */
    public void mapFilter() {
        EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD);
        if (hook.upgradesAsynchronousRequests()) {
            requests.add(DispatcherType.ASYNC);
        }
        if (hook.hasNameOfAllServlets()) {
            filterRegistration.addMappingForServletNames(requests, true, "*");
        } else {
            filterRegistration.addMappingForUrlPatterns(requests, true, "/*");
        }
    }

    /**
     * Puts ours back if another implementation has put its ServerContainer over it since, and if it may and can be
     * replaced.
     */
    void replaceLaterOne() {
        Object present = context.getAttribute(SERVER_CONTAINER);
        if (present != null
                && present != server
                && !server.runtime().isClosing()
                && OtherImplementation.isReplaced(present, context, hook, settings.get(Setting.ON_CONFLICT))) {
            context.setAttribute(SERVER_CONTAINER, server);
        }
    }

    /**
     * Stands back if another implementation has put its ServerContainer over ours since, and still has: where both jars
     * are on the server's class path, Tomcat may call its own initializer after ours.
     *
     * @throws ServletException if a conflict is to be an error
     */
    public void meetLaterOne() throws ServletException {
        Object present = context.getAttribute(SERVER_CONTAINER);
        if (present != null && present != server) {
            upgradeFilter.standBack();
            stop();
            OtherImplementation.yieldTo(present, context, settings.get(Setting.ON_CONFLICT));
        }
    }

    /**
     * Refuses new handshakes, sends 1001 to every session, waits as long as the stop timeout, and cuts what is left.
     * Once; any thread.
     */
    void stop() {
        server.stop();
    }

    /** Stops, and takes everything out of the context that was put there; a start after this is a first one. */
    public void remove() {
        stop();
        closeClients();
        serverStopListener.run();
        hook.removeFilter(FILTER_NAME);
        context.removeAttribute(DEPLOYMENT);
        if (context.getAttribute(SERVER_CONTAINER) == server) {
            context.removeAttribute(SERVER_CONTAINER);
        }
    }

    private void closeClients() {
        ClassLoader loader = context.getClassLoader();
        if (loader != context.getClass().getClassLoader() && loader != ClassLoader.getSystemClassLoader()) {
            // The loader is this application's alone, so everything that connects out of it ends with it.
            EndpointClientContainer.closeAll(loader, settings.get(Setting.STOP_TIMEOUT));
        }
        EndpointClientContainer own = client;
        if (own != null) {
            own.close();
        }
    }

    /** What serves an application, or null. */
    static @Nullable Deployment of(ServletContext context) {
        return context.getAttribute(DEPLOYMENT) instanceof Deployment deployment ? deployment : null;
    }

    ContainerRuntime runtime() {
        return server.runtime();
    }

    /** Notes that an initializer or listener of ours has seen this application, whether it serves it or not. */
    public static void markInitialized(ServletContext context) {
        context.setAttribute(INITIALIZED, true);
    }

    public static boolean isInitialized(ServletContext context) {
        return context.getAttribute(INITIALIZED) != null;
    }

    public static void unmark(ServletContext context) {
        context.removeAttribute(INITIALIZED);
    }

    /**
     * Notices that another implementation, whose initializer runs after ours, puts its ServerContainer over ours. It is
     * told at once, so that nobody adds endpoints to the other one meanwhile. It holds nothing, so that a container
     * that keeps it over a restart of the application does no harm.
     */
    private static final class ServerContainerReplaced implements ServletContextAttributeListener {
        @Override
        public void attributeReplaced(ServletContextAttributeEvent event) {
            Deployment deployment = of(event.getServletContext());
            if (deployment != null && event.getName().equals(SERVER_CONTAINER)) {
                deployment.replaceLaterOne();
            }
        }
    }
}
