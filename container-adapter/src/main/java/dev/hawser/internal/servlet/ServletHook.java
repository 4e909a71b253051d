package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.Peers;
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
import java.util.EnumSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The hook for every container except Jetty, whose {@code HttpServletRequest.upgrade} cannot carry a WebSocket. It uses
 * the Servlet API, and the container's own methods only where {@link NativeConnection} needs them. It has its own
 * thread pool, since the API gives none.
 */
final class ServletHook implements TransportHook {
    private static final String LAST_WORD = "hawser-websocket-last-word";

    private final ServletContext context;
    private final ContainerFamily family;
    private final @Nullable NativeUpgrade nativeUpgrade;
    private final BlockingThreads executor;
    private final OwnWebSocket ownWebSocket;
    private final ServletLife life;
    private final SocketAddresses remoteAddresses = new SocketAddresses();
    private final SocketAddresses localAddresses = new SocketAddresses();

    /** @param nativeUpgrade of the container; null for the streams of the Servlet API */
    ServletHook(ServletContext context, @Nullable NativeUpgrade nativeUpgrade) {
        this.context = context;
        this.nativeUpgrade = nativeUpgrade;
        family = ContainerFamily.of(context);
        executor = new BlockingThreads("hawser-" + ContextName.of(context) + "-blocking-");
        ownWebSocket = new ServletOwnWebSocket(context, family);
        life = new ServletLife(family, () -> {
            executor.end();
            if (nativeUpgrade != null) {
                nativeUpgrade.end();
            }
        });
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
        life.handshakeBegins();
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
        Peers peers = new Peers(
                remoteAddresses.of(request.getRemoteAddr(), request.getRemotePort()),
                localAddresses.of(request.getLocalAddr(), request.getLocalPort()),
                request.isSecure());
        Runnable upgrade = nativeUpgrade == null
                ? () -> upgrade(request, transport(request, listener, peers))
                : () -> upgradeNatively(nativeUpgrade, request, listener, peers);
        // Tomcat switches an asynchronous request, as all of Spring WebFlux are, only if it is told before the request
        // completes.
        if (family == ContainerFamily.GLASSFISH) {
            upgradeAndFlush(request, response, transport(request, listener, peers));
        } else if (isTomcat() && !request.isAsyncStarted()) {
            ProtocolSwitch.await(request, response, listener, upgrade);
        } else {
            upgrade.run();
            ProtocolSwitch.await(request, response, listener, null);
        }
    }

    private static void upgrade(HttpServletRequest request, ServletTransport transport) {
        try {
            request.upgrade(ServletUpgradeHandler.class).give(transport);
        } catch (IOException | ServletException e) {
            throw refused(request, e);
        }
    }

    private void upgradeNatively(
            NativeUpgrade upgrade, HttpServletRequest request, TransportListener listener, Peers peers) {
        try {
            upgrade.upgrade(request, listener, peers, () -> {
                ServletUpgradeHandler onStreams = new ServletUpgradeHandler();
                onStreams.give(transport(request, listener, peers));
                return onStreams;
            });
        } catch (IOException | ServletException e) {
            throw refused(request, e);
        }
    }

    private static IllegalStateException refused(HttpServletRequest request, Exception cause) {
        return new IllegalStateException(
                "The container refuses to upgrade a request of " + request.getProtocol() + ": " + cause.getMessage(),
                cause);
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

    /** The portable transport. */
    private ServletTransport transport(HttpServletRequest request, TransportListener listener, Peers peers) {
        return new ServletTransport(listener, nativeConnection(request), peers);
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

    @Override
    public OwnWebSocket ownWebSocket() {
        return ownWebSocket;
    }

    @Override
    public ApplicationLife life() {
        return life;
    }
}
