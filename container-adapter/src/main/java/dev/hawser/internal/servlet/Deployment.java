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

/** Hawser in one web application, from start to stop. The container's threads start and stop it. */
public final class Deployment {
    /** The context attribute of the ServerContainer (Jakarta WebSocket 6.4). */
    static final String SERVER_CONTAINER = "jakarta.websocket.server.ServerContainer";

    private static final Logger LOG = System.getLogger("dev.hawser.servlet");
    private static final String FILTER_NAME = "hawser-websocket";
    private static final String DEPLOYMENT = Deployment.class.getName();

    /**
     * A context attribute whose value belongs to no class loader of ours, so that a Hawser on the server's class path
     * and one in WEB-INF/lib can see each other's.
     */
    private static final String INITIALIZED = "dev.hawser.servlet.initialized";

    /**
     * A resource in jars that start Hawser themselves, such as the Spring Boot starter, with settings and endpoints
     * that the container does not know.
     */
    private static final String STARTED_BY_FRAMEWORK = "META-INF/dev.hawser.started-by-framework";

    private final ServletContext context;
    private final Settings settings;
    private final TransportHook hook;
    private final EndpointServerContainer server;
    private final UpgradeFilter upgradeFilter;
    /** Null where a servlet stands for our filter. */
    private FilterRegistration.@Nullable Dynamic filterRegistration;

    private final Set<Class<?>> deployed = new HashSet<>();
    /** Takes the listener for the server's stop away; does nothing before there is one. */
    private Runnable serverStopListener = () -> {};

    /** The client behind ServerContainer.connectToServer; null until that is called. */
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
    }

    /** Adds our filter and listeners. */
    private void addToContext() {
        try {
            filterRegistration = registered();
            context.addListener(new HttpSessionEnds());
            context.addListener(new ServerContainerReplaced());
            hook.prepare();
        } catch (RuntimeException | Error e) {
            server.runtime().close(Duration.ZERO); // otherwise its threads would keep the application's class loader
            throw e;
        }
    }

    /** Makes it known to the application and to the container's life. */
    private void begin() {
        context.setAttribute(SERVER_CONTAINER, server);
        context.setAttribute(DEPLOYMENT, this);
        serverStopListener = hook.life().beforeServerStops(this::stop);
        hook.life().afterStart(() -> true, server::deploymentEnded);
        server.showToJmx(ContextName.of(context));
    }

    /** Whether a framework in the application starts Hawser and decides which classes are endpoints. */
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
     * Starts Hawser, unless it has started already or must not serve this application.
     *
     * @return null if Hawser does not serve this application, or if another call has started it; the reason is logged
     * @throws ServletException if a setting or an endpoint is not valid, or if there is a conflict and the policy is
     *     {@code fail}
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
        TransportHook hook = HookLinker.link(context, settings.get(Setting.TRANSPORT));
        String obstacle = hook.obstacle();
        if (obstacle != null) {
            OtherImplementation.leave(context, present, obstacle, settings.get(Setting.ON_CONFLICT));
            return null;
        }
        if (!OtherImplementation.givesWay(
                context, present, hook, !classes.isEmpty(), settings.get(Setting.ON_CONFLICT))) {
            hook.ownWebSocket().putFilterLast();
            return null;
        }
        Deployment deployment = new Deployment(context, settings, hook);
        deployment.addToContext();
        deployment.serve(classes);
        return deployment;
    }

    /**
     * Starts Hawser for a servlet that asks {@link #answers} for all requests, in a context that takes neither filters
     * nor listeners.
     *
     * @throws ServletException if a setting or an endpoint is not valid, or if the context has a ServerContainer
     */
    public static Deployment startInServlet(ServletContext context, Collection<Class<?>> classes)
            throws ServletException {
        Object present = context.getAttribute(SERVER_CONTAINER);
        if (present != null) {
            throw new ServletException("Web sockets of " + ContextName.of(context) + " are served already, by "
                    + present.getClass().getName() + "; expected one HawserServlet in a context, with all endpoints");
        }
        Settings settings = settingsOf(context);
        TransportHook hook = new WhiteboardHook(context, settings.get(Setting.TRANSPORT));
        Deployment deployment = new Deployment(context, settings, hook);
        deployment.serve(classes);
        return deployment;
    }

    private void serve(Collection<Class<?>> classes) throws ServletException {
        try {
            begin();
            deploy(classes);
        } catch (ServletException | RuntimeException | Error e) {
            remove();
            throw e;
        }
        LOG.log(Level.DEBUG, "Hawser serves the web sockets of {0} on {1}", ContextName.of(context), hook.container());
    }

    /** Answers a request if it is a handshake for an endpoint, and returns whether it is answered. */
    public boolean answers(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return upgradeFilter.answers(request, response);
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
     * Maps the filter. Called as late as the Servlet API allows, so that it comes after the filters of other
     * initializers and listeners. It is mapped to the servlet name {@code *} if the container supports that, since
     * mappings to servlet names come after all mappings to URLs (Servlet 6.2.4).
     */
    public void mapFilter() {
        FilterRegistration.Dynamic registration = filterRegistration;
        if (registration == null) {
            return;
        }
        EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD);
        if (hook.upgradesAsynchronousRequests()) {
            requests.add(DispatcherType.ASYNC);
        }
        if (hook.life().hasNameOfAllServlets()) {
            registration.addMappingForServletNames(requests, true, "*");
        } else {
            registration.addMappingForUrlPatterns(requests, true, "/*");
        }
    }

    /**
     * Sets our ServerContainer again if another implementation has replaced it, and if that implementation may and can
     * be replaced.
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
     * Stops Hawser if another implementation has replaced our ServerContainer: if both jars are on the server's class
     * path, Tomcat may call its own initializer after ours.
     *
     * @throws ServletException if the policy for conflicts is {@code fail}
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
     * Refuses new handshakes, closes every session with 1001, waits up to the stop timeout, and cuts those that are
     * left. Further calls do nothing. Thread-safe.
     */
    void stop() {
        server.stop();
    }

    /** Stops, and removes everything that was put into the context, so that Hawser can start there again. */
    public void remove() {
        stop();
        closeClients();
        serverStopListener.run();
        hook.life().removeFilter(FILTER_NAME);
        context.removeAttribute(DEPLOYMENT);
        if (context.getAttribute(SERVER_CONTAINER) == server) {
            context.removeAttribute(SERVER_CONTAINER);
        }
    }

    private void closeClients() {
        ClassLoader loader = context.getClassLoader();
        if (loader != context.getClass().getClassLoader() && loader != ClassLoader.getSystemClassLoader()) {
            // The loader belongs only to this application, so all client connections made with it end with the
            // application.
            EndpointClientContainer.closeAll(loader, settings.get(Setting.STOP_TIMEOUT));
        }
        EndpointClientContainer own = client;
        if (own != null) {
            own.close();
        }
    }

    /** The deployment that serves an application, or null. */
    static @Nullable Deployment of(ServletContext context) {
        return context.getAttribute(DEPLOYMENT) instanceof Deployment deployment ? deployment : null;
    }

    ContainerRuntime runtime() {
        return server.runtime();
    }

    /**
     * Notes that an initializer or listener of ours was called for this application, even if Hawser does not serve it.
     */
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
     * Notices that another implementation, whose initializer runs after ours, replaces our ServerContainer. It reacts
     * at once, so that nobody adds endpoints to the other one. It has no fields, so a container may keep it over a
     * restart of the application.
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
