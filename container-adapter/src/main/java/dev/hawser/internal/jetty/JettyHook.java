package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.PublicMethod;
import dev.hawser.internal.servlet.TransportHook;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.EventListener;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The hook for Jetty 12.1. The environments ee10 and ee11 differ only in the package of their servlet classes, so those
 * are reached by name, at the start and at a handshake, but never for a message.
 */
public final class JettyHook implements TransportHook {
    private static final String JETTY_WEBSOCKET_SWITCH = "org.eclipse.jetty.websocket.jakarta";

    /** The end of the name of Jetty's own WebSocket filter in ee10 and ee11; its name is its class. */
    private static final String WEBSOCKET_FILTER = ".websocket.servlet.WebSocketUpgradeFilter";

    /** The end of the class name of the initializer that starts Jetty's own WebSocket in ee10 and ee11. */
    private static final String WEBSOCKET_INITIALIZER = ".JakartaWebSocketServletContainerInitializer";

    private final ServletContext servletContext;
    private final ContextHandler handler;

    /** The class {@code ServletApiRequest} of the environment, which filters may have wrapped. */
    private final Class<?> apiRequest;

    /** Read at the first CONNECT; a race may read them twice. */
    private volatile @Nullable MethodConstraints methodConstraints;

    /** The method {@code getRequest()} of {@link #apiRequest}, as {@code (ServletRequest)Request}. */
    private final MethodHandle coreRequest;

    /** @throws ReflectiveOperationException if the context is not one of Jetty 12's ee10 or ee11 */
    public JettyHook(ServletContext context) throws ReflectiveOperationException {
        servletContext = context;
        handler = (ContextHandler) PublicMethod.call(context, "getContextHandler");
        Class<?> api = context.getClass().getMethod("getContextHandler").getDeclaringClass();
        apiRequest = Class.forName(api.getPackageName() + ".ServletApiRequest", true, api.getClassLoader());
        coreRequest = MethodHandles.publicLookup()
                .findVirtual(apiRequest, "getRequest", MethodType.methodType(Request.class))
                .asType(MethodType.methodType(Request.class, ServletRequest.class));
    }

    @Override
    public String container() {
        return "Jetty " + Server.getVersion();
    }

    @Override
    public Executor executor() {
        return handler.getServer().getThreadPool();
    }

    @Override
    public @Nullable String tunnelProtocol(HttpServletRequest request) {
        TunnelSupport tunnel = coreOf(request).getTunnelSupport();
        return tunnel == null ? null : tunnel.getProtocol();
    }

    /**
     * Not the servlet path, because that is decoded: Jetty matches constraints and filters before it decodes octets
     * such as %20 and %2F.
     */
    @Override
    public String constrainedPath(HttpServletRequest request) {
        return Request.getPathInContext(coreOf(request));
    }

    /** The servlet path is already decoded, so its percent signs are encoded again. */
    @Override
    public String dispatchedPath(HttpServletRequest request) {
        return TransportHook.super.dispatchedPath(request).replace("%", "%25");
    }

    @Override
    public String decoded(String segment) {
        return segment.indexOf('%') < 0 ? segment : URIUtil.decodePath(segment);
    }

    @Override
    public boolean constrainsMethods(String path) {
        MethodConstraints known = methodConstraints;
        if (known == null) {
            known = MethodConstraints.of(handler);
            methodConstraints = known;
        }
        return known.coverPath(path);
    }

    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener) {
        Request core = coreOf(request);
        TunnelSupport tunnel = core.getTunnelSupport();
        if (tunnel == null) {
            throw new IllegalStateException(
                    "A request of " + core.getConnectionMetaData().getProtocol()
                            + " without a tunnel cannot become a web socket; expected HTTP/1.1, or an extended"
                            + " CONNECT of HTTP/2");
        }
        Connector connector = core.getConnectionMetaData().getConnector();
        JettyTransport transport = new JettyTransport(tunnel.getEndPoint(), connector.getExecutor(), listener);
        for (EventListener statistics : connector.getEventListeners()) {
            transport.addEventListener(statistics);
        }
        SwitchingStream.await(core, transport, response.getStatus());
    }

    private Request coreOf(HttpServletRequest request) {
        ServletRequest bare = request;
        while (bare instanceof ServletRequestWrapper wrapper) {
            bare = wrapper.getRequest();
        }
        if (!apiRequest.isInstance(bare)) {
            throw new IllegalStateException("A request of " + bare.getClass().getName() + " is not one of "
                    + apiRequest.getName() + "; wrap requests in an HttpServletRequestWrapper");
        }
        try {
            return (Request) coreRequest.invokeExact(bare);
        } catch (Throwable e) {
            throw new IllegalStateException("Jetty gave no core request", e);
        }
    }

    @Override
    public boolean hasNameOfAllServlets() {
        return true;
    }

    @Override
    public void removeFilter(String name) {
        JettyFilters.remove(handler, name::equals);
    }

    @Override
    public boolean removeOwnWebSocketFilter() {
        return JettyFilters.remove(handler, name -> name.endsWith(WEBSOCKET_FILTER));
    }

    /**
     * Jetty's own filter puts itself first, so that no filter of the application sees the handshake. It is moved after
     * all initializers have run, and again after all listeners, because both may add filters.
     */
    @Override
    public void putOwnWebSocketFilterLast() {
        Runnable put = () -> JettyFilters.putLast(handler, name -> name.endsWith(WEBSOCKET_FILTER));
        try {
            servletContext.addListener(new ServletContextListener() {
                @Override
                public void contextInitialized(ServletContextEvent event) {
                    put.run();
                }
            });
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            put.run(); // no listener can be added any more, so the initializers have run
        }
        afterStart(() -> true, put);
    }

    @Override
    public boolean ownWebSocketFollows(boolean findsClasses) {
        if ("false".equals(servletContext.getInitParameter(JETTY_WEBSOCKET_SWITCH))
                || Boolean.FALSE.equals(servletContext.getAttribute(JETTY_WEBSOCKET_SWITCH))) {
            return false;
        }
        try {
            Class<?> initializer = Class.forName(
                    apiRequest.getPackageName() + ".ServletContainerInitializerHolder",
                    true,
                    apiRequest.getClassLoader());
            for (Object each : handler.getContainedBeans(initializer)) {
                if (PublicMethod.callForNull(each, "getClassName") instanceof String name
                        && name.endsWith(WEBSOCKET_INITIALIZER)) {
                    return true;
                }
            }
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty")
                    .log(System.Logger.Level.DEBUG, "The initializers of this web application are not known", e);
        }
        return false;
    }

    @Override
    public boolean disableOwnWebSocket() {
        if (Boolean.parseBoolean(servletContext.getInitParameter(JETTY_WEBSOCKET_SWITCH))) {
            return false;
        }
        servletContext.setAttribute(JETTY_WEBSOCKET_SWITCH, false);
        return true;
    }

    /**
     * contextDestroyed would be too late: without a stop timeout Jetty closes its connectors before its contexts, and a
     * context ends its HTTP sessions before contextDestroyed.
     */
    @Override
    public Runnable beforeServerStops(Runnable task) {
        Server server = handler.getServer();
        LifeCycle.Listener stopping = new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle event) {
                task.run();
            }
        };
        server.addEventListener(stopping);
        handler.addEventListener(stopping);
        return () -> {
            server.removeEventListener(stopping);
            handler.removeEventListener(stopping);
        };
    }

    @Override
    public void afterStart(BooleanSupplier condition, Runnable task) {
        handler.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarted(LifeCycle event) {
                handler.removeEventListener(this);
                if (condition.getAsBoolean()) {
                    task.run();
                }
            }

            @Override
            public void lifeCycleFailure(LifeCycle event, Throwable cause) {
                handler.removeEventListener(this);
            }
        });
    }
}
