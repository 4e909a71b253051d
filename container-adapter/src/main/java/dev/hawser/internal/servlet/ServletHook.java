package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hook for every container except Jetty, whose {@code HttpServletRequest.upgrade} cannot carry a WebSocket. It uses
 * the Servlet API, and the container's own methods only where {@link NativeConnection} needs them. It has its own
 * thread pool, since the API gives none.
 */
final class ServletHook implements TransportHook {
    /** A numeric IPv4 or IPv6 address, which needs no name server. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?");

    private static final String LAST_WORD = "hawser-websocket-last-word";
    private static final String TOMCATS_FILTER = "org.apache.tomcat.websocket.server.WsFilter";

    private static final String GLASSFISHS_FILTER = "org.glassfish.tyrus.servlet.TyrusServletFilter";

    private final ServletContext context;
    private final ContainerFamily family;
    private final BlockingThreads executor;
    private final Queue<Runnable> untilFirstHandshake = new ConcurrentLinkedQueue<>();

    ServletHook(ServletContext context) {
        this.context = context;
        family = ContainerFamily.of(context);
        executor = new BlockingThreads("hawser-" + ContextName.of(context) + "-blocking-");
    }

    @Override
    public String container() {
        return context.getServerInfo();
    }

    /**
     * Liberty takes one byte from the socket before each {@code onDataAvailable}, and drops it if that returns without
     * a read. It has to while the session opens or its inbox is full.
     */
    @Override
    public @Nullable String obstacle() {
        return family == ContainerFamily.LIBERTY
                ? "Open Liberty drops bytes of an upgraded request that are not read at once"
                : null;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    /** Always null, because only Jetty upgrades HTTP/2 requests. */
    @Override
    public @Nullable String tunnelProtocol(HttpServletRequest request) {
        for (Runnable task = untilFirstHandshake.poll(); task != null; task = untilFirstHandshake.poll()) {
            task.run();
        }
        return null;
    }

    @Override
    public String constrainedPath(HttpServletRequest request) {
        HttpServletRequest bare = request;
        while (bare instanceof HttpServletRequestWrapper wrapper
                && wrapper.getRequest() instanceof HttpServletRequest inner) {
            bare = inner;
        }
        String path = dispatchedPath(bare);
        return path.isEmpty() ? "/" : path; // Undertow has an empty path for the context path without a trailing slash
    }

    /** Tomcat would send the 101 and go on reading HTTP. */
    @Override
    public boolean upgradesAsynchronousRequests() {
        return !isTomcat();
    }

    @Override
    public String decoded(String segment) {
        return segment;
    }

    @Override
    public void prepare() {
        context.addListener(new ProtocolSwitch.AtTheEnd());
        if (isTomcat()) {
            FilterRegistration.Dynamic outermost = context.addFilter(
                    LAST_WORD, new ProtocolSwitch.WhileStopping(CatalinaContext.of(context)::isStopping));
            if (outermost != null) {
                outermost.setAsyncSupported(true);
                outermost.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
            }
        }
    }

    /**
     * Undertow checks the status itself when the response is complete; Tomcat, once told, switches after any response.
     */
    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener) {
        ServletTransport.Peers peers = new ServletTransport.Peers(
                address(request.getRemoteAddr(), request.getRemotePort()),
                address(request.getLocalAddr(), request.getLocalPort()),
                request.isSecure());
        ServletTransport transport = new ServletTransport(listener, nativeConnection(request), peers);
        // Tomcat switches an asynchronous request, as all of Spring WebFlux are, only if it is told before the request
        // completes.
        if (family == ContainerFamily.GLASSFISH) {
            upgradeAndFlush(request, response, transport);
        } else if (isTomcat() && !request.isAsyncStarted()) {
            ProtocolSwitch.await(request, response, listener, () -> upgrade(request, transport));
        } else {
            upgrade(request, transport);
            ProtocolSwitch.await(request, response, listener, null);
        }
    }

    private static void upgrade(HttpServletRequest request, ServletTransport transport) {
        try {
            request.upgrade(ServletUpgradeHandler.class).give(transport);
        } catch (IOException | ServletException e) {
            throw new IllegalStateException(
                    "The container refuses to upgrade a request of " + request.getProtocol() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Flushes, because GlassFish does not send the head of the response of an upgraded request. */
    private static void upgradeAndFlush(
            HttpServletRequest request, HttpServletResponse response, ServletTransport transport) {
        upgrade(request, transport);
        ServletResponse bare = response; // a filter's wrapper may not pass on the flush
        while (bare instanceof ServletResponseWrapper wrapper) {
            bare = wrapper.getResponse();
        }
        try {
            bare.flushBuffer();
        } catch (IOException e) {
            transport.abort();
        }
    }

    private NativeConnection nativeConnection(HttpServletRequest request) {
        if (family.isUndertow()) {
            return UndertowConnection.of(request);
        }
        return isTomcat() ? new TomcatConnection(executor) : new NativeConnection.Portable(executor);
    }

    private boolean isTomcat() {
        return family == ContainerFamily.TOMCAT;
    }

    /**
     * The API does not promise that {@code *} is all servlets for {@code addMappingForServletNames}. On a container
     * where this was not tested, the filter is mapped to all URLs.
     */
    @Override
    public boolean hasNameOfAllServlets() {
        return family.isUndertow() || isTomcat() || family == ContainerFamily.GLASSFISH;
    }

    private static @Nullable SocketAddress address(@Nullable String host, int port) {
        if (host == null || port < 0 || !LITERAL.matcher(host).matches()) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Does nothing, since filters added through the Servlet API are removed when the context stops. */
    @Override
    public void removeFilter(String name) {}

    /**
     * Undertow's listener and the filters of the others must be removed, because they cast the ServerContainer to their
     * own.
     */
    @Override
    public boolean removeOwnWebSocketFilter() {
        return switch (family) {
            case TOMCAT -> CatalinaContext.of(context).removeFilter(TOMCATS_FILTER);
            case GLASSFISH -> CatalinaContext.of(context).removeFilter(GLASSFISHS_FILTER);
            case UNDERTOW, WILDFLY -> UndertowContext.keepOwnFilterOut(context);
            case JETTY, LIBERTY, UNKNOWN -> false;
        };
    }

    /**
     * GlassFish calls initializers in any order. That of its Tyrus does nothing if there is a ServerContainer, or if
     * there are no classes for it.
     */
    @Override
    public boolean ownWebSocketFollows(boolean findsClasses) {
        return family == ContainerFamily.GLASSFISH && findsClasses;
    }

    /** True, because none is installed so far; {@code HawserListener} handles one that is installed later. */
    @Override
    public boolean disableOwnWebSocket() {
        return true;
    }

    /**
     * Does not use the task: containers other than Jetty stop their contexts before they close connections. The result
     * ends the thread pool.
     */
    @Override
    public Runnable beforeServerStops(Runnable task) {
        return executor::end;
    }

    /** The Servlet API has no event for the end of the start, so the task runs at the first handshake. */
    @Override
    public void afterStart(BooleanSupplier condition, Runnable task) {
        untilFirstHandshake.add(() -> {
            if (condition.getAsBoolean()) {
                task.run();
            }
        });
    }
}
