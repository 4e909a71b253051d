package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The hook for a servlet that an OSGi HTTP Whiteboard calls. The Whiteboard has contexts of its own inside one of the
 * server's, and shows the server's only in requests, so the server is linked at the first handshake. Paths are those in
 * the Whiteboard's context.
 */
final class WhiteboardHook implements TransportHook {
    private final String transport;
    private final BlockingThreads executor;
    private final ServletLife life;
    private final OwnWebSocket none = new NoWebSocket();
    private volatile @Nullable TransportHook server;

    /** @param transport the value of {@link dev.hawser.Setting#TRANSPORT} */
    WhiteboardHook(ServletContext context, String transport) {
        this.transport = transport;
        executor = new BlockingThreads("hawser-" + ContextName.of(context) + "-blocking-");
        life = new ServletLife(ContainerFamily.UNKNOWN, executor::end);
    }

    /** Linked twice if two handshakes come at once, which does no harm. */
    private TransportHook serverOf(HttpServletRequest request) {
        TransportHook linked = server;
        if (linked == null) {
            ServletRequest bare = request;
            while (bare instanceof ServletRequestWrapper wrapper) {
                bare = wrapper.getRequest();
            }
            ServletContext context = bare.getServletContext();
            if (ContainerFamily.of(context) != ContainerFamily.JETTY) {
                throw new IllegalStateException("HawserServlet serves on Jetty, as in Apache Felix HTTP; this is "
                        + context.getServerInfo() + ", where HawserInitializer starts Hawser");
            }
            linked = HookLinker.link(context, transport);
            server = linked;
        }
        return linked;
    }

    @Override
    public String container() {
        TransportHook linked = server;
        return linked == null ? "an HTTP Whiteboard" : linked.container();
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public @Nullable String tunnelProtocol(HttpServletRequest request) {
        life.handshakeBegins();
        return serverOf(request).tunnelProtocol(request);
    }

    @Override
    public String constrainedPath(HttpServletRequest request) {
        String path = dispatchedPath(request);
        return path.isEmpty() ? "/" : path;
    }

    @Override
    public String decoded(String segment) {
        return segment;
    }

    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener) {
        serverOf(request).upgrade(request, response, listener);
    }

    @Override
    public OwnWebSocket ownWebSocket() {
        return none;
    }

    @Override
    public ApplicationLife life() {
        return life;
    }

    /** A Whiteboard has no WebSocket of its own. */
    private static final class NoWebSocket implements OwnWebSocket {
        @Override
        public boolean removeFilter() {
            return false;
        }

        @Override
        public boolean disable() {
            return true;
        }
    }
}
