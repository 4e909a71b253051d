package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
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

    /**
     * Whether a filter that is mapped to the servlet name {@code *} is called for every servlet, as with a mapping in
     * web.xml (Servlet 6.2.4).
     */
    boolean hasNameOfAllServlets();

    /**
     * Removes a filter that was added through {@code ServletContext.addFilter}, which the Servlet API cannot do. Jetty
     * keeps such filters, and all objects they refer to, when a context is stopped and started again.
     */
    void removeFilter(String name);

    /**
     * Removes the filter of the container's own WebSocket implementation from this web application, or keeps it from
     * being added.
     *
     * @return whether the filter was found and removed
     */
    boolean removeOwnWebSocketFilter();

    /**
     * Puts the filter of the container's own WebSocket implementation, which serves this web application, behind the
     * application's filters, so that these guard its handshakes. Does nothing if it is already there.
     */
    default void putOwnWebSocketFilterLast() {}

    /**
     * Whether an initializer that has not yet run will start the container's own WebSocket implementation in this web
     * application.
     *
     * @param findsClasses whether the container has found classes for such an initializer
     */
    default boolean ownWebSocketFollows(boolean findsClasses) {
        return false;
    }

    /**
     * Keeps the container's own WebSocket implementation, if its initializer has not yet run, from being installed: it
     * would fail on a ServerContainer that is not its own.
     *
     * @return false if the application's configuration asks for the container's own
     */
    boolean disableOwnWebSocket();

    /**
     * Runs a task when the server or this web application begins to stop, while its connections and HTTP sessions still
     * exist. The server waits for the task, which may run twice.
     *
     * @return removes the task
     */
    Runnable beforeServerStops(Runnable task);

    /** Runs a task once, when this web application has started, if the condition is then true. */
    void afterStart(BooleanSupplier condition, Runnable task);
}
