package dev.hawser.servlet;

import dev.hawser.internal.servlet.Deployment;
import dev.hawser.internal.servlet.HttpSessionEnds;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hawser as one servlet, for an OSGi HTTP Whiteboard, which runs no initializers and calls filters only in front of
 * servlets. A bundle registers it as a service, with the paths of its endpoints:
 *
 * <pre>{@code
 * Dictionary<String, Object> properties = new Hashtable<>();
 * properties.put("osgi.http.whiteboard.servlet.pattern", "/chat");
 * properties.put("osgi.http.whiteboard.servlet.asyncSupported", true);
 * properties.put("osgi.http.whiteboard.listener", "true"); // so that a logout closes the user's web sockets
 * bundleContext.registerService(
 *         new String[] {
 *             Servlet.class.getName(), HttpSessionListener.class.getName(), HttpSessionIdListener.class.getName()
 *         },
 *         new HawserServlet(ChatEndpoint.class), // whose path is /chat, too
 *         properties);
 * }</pre>
 *
 * <p>Paths of endpoints are below the path of the Whiteboard's context. Its attribute {@code
 * jakarta.websocket.server.ServerContainer} has the {@code ServerContainer}. Settings are system properties or init
 * parameters of the context, such as {@code context.init.dev.hawser.idleTimeout} of a {@code ServletContextHelper}.
 * When the service is unregistered, its sessions are closed with 1001. The Whiteboard must be on Jetty 12, as that of
 * Apache Felix is.
 *
 * <p>Everywhere else {@link HawserInitializer} starts Hawser. Each object is for one registration.
 *
 * @since 0.1.0
 */
public final class HawserServlet extends HttpServlet implements HttpSessionListener, HttpSessionIdListener {
    private static final long serialVersionUID = 1;

    private final transient List<Class<?>> classes;
    private final transient HttpSessionEnds sessions = new HttpSessionEnds();
    /** Null before init, and after destroy. */
    private transient volatile @Nullable Deployment deployment;

    /**
     * A servlet with these endpoints.
     *
     * @param classes endpoint classes and {@code ServerApplicationConfig}s, as a container would find them
     */
    public HawserServlet(Class<?>... classes) {
        this.classes = List.of(classes);
    }

    /**
     * Deploys the endpoints.
     *
     * @throws ServletException if a setting or an endpoint is not valid, or if web sockets of this context are served
     *     already
     */
    @Override
    public void init(ServletConfig config) throws ServletException {
        super.init(config);
        deployment = Deployment.startInServlet(config.getServletContext(), classes);
    }

    /** Answers the handshakes for the endpoints, and every other request with 404. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Deployment serving = deployment;
        if (serving == null || !serving.answers(request, response)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /** Closes all sessions with 1001, and ends the container. */
    @Override
    public void destroy() {
        Deployment ending = deployment;
        deployment = null;
        if (ending != null) {
            ending.remove();
        }
    }

    /** Closes the web sockets of an authenticated user whose HTTP session ends. */
    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        sessions.sessionDestroyed(event);
    }

    /** Follows an HTTP session whose id changes. */
    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldSessionId) {
        sessions.sessionIdChanged(event, oldSessionId);
    }
}
