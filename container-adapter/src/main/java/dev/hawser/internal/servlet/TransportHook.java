package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What Hawser needs from a servlet container beyond the Servlet API. There is one for each web application. Its class
 * may be in another class loader than this interface, so the methods use only types of the JDK, of the Servlet API and
 * of this module.
 */
public interface TransportHook {
    /** The container's name and version, for messages. */
    String container();

    /** Why this container's upgraded requests cannot carry a web socket, as part of a sentence; null if they can. */
    default @Nullable String obstacle() {
        return null;
    }

    /** Lends threads for callbacks as long as Hawser cannot start its own; the server's pool if it has one. */
    Executor executor();

    /**
     * The pseudo-header {@code :protocol} of an extended CONNECT (RFC 8441 4), such as {@code websocket}; null for
     * every other request.
     *
     * @throws IllegalStateException if the request is not one of this container's
     */
    @Nullable String tunnelProtocol(HttpServletRequest request);

    /**
     * The path of a request within its application, as the container's security constraints and filter mappings see it.
     * Wrappers of filters do not count, since constraints do not see them.
     *
     * @throws IllegalStateException if the request is not one of this container's
     */
    String constrainedPath(HttpServletRequest request);

    /**
     * The path to which the application has forwarded or asynchronously dispatched a request, in the form of {@link
     * #constrainedPath}. Constraints do not apply to such a path (Servlet 13.2), and a client can choose it only if the
     * application lets it.
     */
    default String dispatchedPath(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    /** Whether the container can upgrade a request that was asynchronous. */
    default boolean upgradesAsynchronousRequests() {
        return true;
    }

    /** A segment of {@link #constrainedPath}, decoded if the path is not. */
    String decoded(String segment);

    /**
     * Whether a security constraint on a path of the application names HTTP methods, so that a CONNECT may have passed
     * it unchecked. Only called for requests with a {@link #tunnelProtocol}.
     */
    default boolean constrainsMethods(String path) {
        return false;
    }

    /**
     * Makes the container give the connection to the listener when the response is complete. The caller has set the
     * status and headers of the response, and then returns from its filter or servlet without changing the response
     * again. If an outer filter sends another response in the end, only the listener's {@code onClosed} is called.
     *
     * @throws IllegalStateException if the request's connection cannot be taken over, or the request is not one of this
     *     container's
     */
    void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener);

    /** Adds the listeners and filters that {@link #upgrade} needs. Called once, while they can be added. */
    default void prepare() {}

    /** The container's own WebSocket implementation. */
    OwnWebSocket ownWebSocket();

    /** The life of this web application. */
    ApplicationLife life();
}
