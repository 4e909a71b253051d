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
 * The hook for every container but Jetty, whose {@code HttpServletRequest.upgrade} is of no use to a WebSocket: what
 * the Servlet API has, and a word of the container's own only where {@link NativeConnection} needs it. It has a thread
 * pool of its own, since the API gives none.
 */
final class ServletHook implements TransportHook {
    /** IPv4 or IPv6 as digits: what can become an address without asking a name server. */
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
     * a read, as it must while the session is opened or its inbox is full.
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

    /** Always null: no container but Jetty upgrades an HTTP/2 request. */
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
        return path.isEmpty() ? "/" : path; // Undertow, for the context path without a slash behind it
    }

    /** Tomcat answers it and goes on to read HTTP. */
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
     * Undertow looks at the status itself when the response is complete; Tomcat switches once it has been told,
     * whatever goes out.
     */
    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener) {
        ServletTransport.Peers peers = new ServletTransport.Peers(
                address(request.getRemoteAddr(), request.getRemotePort()),
                address(request.getLocalAddr(), request.getLocalPort()),
                request.isSecure());
        ServletTransport transport = new ServletTransport(listener, nativeConnection(request), peers);
        // Tomcat switches a request that has gone on asynchronously, as all of Spring WebFlux do, only if it is told
        // before its completion.
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

    /** GlassFish does not send the head of the response to a request that it has given away. */
    private static void upgradeAndFlush(
            HttpServletRequest request, HttpServletResponse response, ServletTransport transport) {
        upgrade(request, transport);
        ServletResponse bare = response; // a filter's wrapper may keep what it is told to flush
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
     * The API does not say so of {@code addMappingForServletNames}: where nobody has tried, a filter on all URLs is
     * sure to be called.
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

    /** Nothing to do: what is added through the Servlet API goes when the context stops. */
    @Override
    public void removeFilter(String name) {}

    /** Each casts the ServerContainer that it finds to its own: Undertow's listener, and the filters of the others. */
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
     * GlassFish calls initializers in any order, and the one of its Tyrus does nothing where a ServerContainer is
     * there, or where there are no classes for it.
     */
    @Override
    public boolean ownWebSocketFollows(boolean findsClasses) {
        return family == ContainerFamily.GLASSFISH && findsClasses;
    }

    /** None is there yet; one that installs itself later is met by {@code HawserListener}. */
    @Override
    public boolean disableOwnWebSocket() {
        return true;
    }

    /**
     * Containers other than Jetty stop their contexts before they close connections. The pool ends when Hawser does.
     */
    @Override
    public Runnable beforeServerStops(Runnable task) {
        return executor::end;
    }

    /**
     * A servlet container tells a listener that the start begins, none that it is over; so the first handshake is taken
     * for it.
     */
    @Override
    public void afterStart(BooleanSupplier condition, Runnable task) {
        untilFirstHandshake.add(() -> {
            if (condition.getAsBoolean()) {
                task.run();
            }
        });
    }
}
