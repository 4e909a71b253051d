package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.ApplicationLife;
import dev.hawser.internal.servlet.OwnWebSocket;
import dev.hawser.internal.servlet.PublicMethod;
import dev.hawser.internal.servlet.TransportHook;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.EventListener;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * The hook for Jetty 12.1. The environments ee10 and ee11 differ only in the package of their servlet classes, so those
 * are reached by name, at the start and at a handshake, but never for a message.
 */
public final class JettyHook implements TransportHook {
    private final OwnWebSocket ownWebSocket;
    private final JettyLife life;
    private final ContextHandler handler;

    /** The class {@code ServletApiRequest} of the environment, which filters may have wrapped. */
    private final Class<?> apiRequest;

    /** Read at the first CONNECT; a race may read them twice. */
    private volatile @Nullable MethodConstraints methodConstraints;

    /** The method {@code getRequest()} of {@link #apiRequest}, as {@code (ServletRequest)Request}. */
    private final MethodHandle coreRequest;

    /** @throws ReflectiveOperationException if the context is not one of Jetty 12's ee10 or ee11 */
    public JettyHook(ServletContext context) throws ReflectiveOperationException {
        handler = (ContextHandler) PublicMethod.call(context, "getContextHandler");
        Class<?> api = context.getClass().getMethod("getContextHandler").getDeclaringClass();
        apiRequest = Class.forName(api.getPackageName() + ".ServletApiRequest", true, api.getClassLoader());
        coreRequest = MethodHandles.publicLookup()
                .findVirtual(apiRequest, "getRequest", MethodType.methodType(Request.class))
                .asType(MethodType.methodType(Request.class, ServletRequest.class));
        life = new JettyLife(handler);
        ownWebSocket = new JettyOwnWebSocket(context, handler, apiRequest, life);
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
    public OwnWebSocket ownWebSocket() {
        return ownWebSocket;
    }

    @Override
    public ApplicationLife life() {
        return life;
    }
}
