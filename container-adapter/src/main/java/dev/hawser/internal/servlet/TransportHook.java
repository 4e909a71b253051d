package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a servlet container's own code does for Hawser where the Servlet API cannot. One is made for each web
 * application, by a class that may live in another class loader than this interface: only types of the JDK, of the
 * Servlet API and of this module pass here.
 */
public interface TransportHook {
    /** The container's name and version, for messages. */
    String container();

    /** Why this container's upgraded requests cannot carry a web socket, as part of a sentence; null if they can. */
    default @Nullable String obstacle() {
        return null;
    }

    /** The server's own thread pool, for callbacks that block. */
    Executor executor();

    /**
     * The pseudo-header {@code :protocol} of an extended CONNECT (RFC 8441 4), as {@code websocket}; null for every
     * other request.
     *
     * @throws IllegalStateException if the request is not one of this container's
     */
    @Nullable String tunnelProtocol(HttpServletRequest request);

    /**
     * The path of a request within its application, as the container's security constraints and filter mappings see it.
     * What filters have wrapped around the request does not count: they cannot move a constraint with it.
     *
     * @throws IllegalStateException if the request is not one of this container's
     */
    String constrainedPath(HttpServletRequest request);

    /**
     * The path that the application has sent a request on to itself, by a forward or an asynchronous dispatch, in the
     * form of {@link #constrainedPath}. Constraints do not look at such a path (Servlet 13.2), and no client can choose
     * it unless the application lets it.
     */
    default String dispatchedPath(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    /** Whether the container can give the connection of a request away that has been asynchronous. */
    default boolean upgradesAsynchronousRequests() {
        return true;
    }

    /** A segment of {@link #constrainedPath}, decoded if that is not. */
    String decoded(String segment);

    /**
     * Whether a security constraint on a path of the application names HTTP methods, so that a CONNECT may have slipped
     * past it. Only asked for requests with a {@link #tunnelProtocol}.
     */
    default boolean constrainsMethods(String path) {
        return false;
    }

    /**
     * Lets the container give the connection to the listener when the response is complete. The status and headers of
     * the response are set already; the caller then returns from its filter or servlet without touching the response
     * again. If another response goes out in the end, since filters come behind, the listener is told {@code onClosed}
     * and nothing else.
     *
     * @throws IllegalStateException if the request has no connection to take over, or is not one of this container's
     */
    void upgrade(HttpServletRequest request, HttpServletResponse response, TransportListener listener);

    /** Adds to the application what {@link #upgrade} needs. Called once, while listeners and filters can be added. */
    default void prepare() {}

    /**
     * Whether a filter that is mapped to the servlet name {@code *} is called for every servlet, as one of a web.xml is
     * (Servlet 6.2.4).
     */
    boolean hasNameOfAllServlets();

    /**
     * Removes a filter that was added through {@code ServletContext.addFilter}, which Servlet has no way to do. Jetty
     * keeps such filters when a context is stopped and started again, with what they hold.
     */
    void removeFilter(String name);

    /**
     * Removes the filter of the container's own WebSocket implementation from this web application, or keeps it from
     * being added, so that it serves no path.
     *
     * @return whether it was found and removed
     */
    boolean removeOwnWebSocketFilter();

    /**
     * Puts the filter of the container's own WebSocket implementation, which serves this web application, behind the
     * application's, so that they guard its handshakes. Nothing to do where it is there anyway.
     */
    default void putOwnWebSocketFilterLast() {}

    /**
     * Whether the container's own WebSocket implementation is going to be started in this web application, by an
     * initializer that has yet to run.
     *
     * @param findsClasses whether the container has found classes for such an initializer
     */
    default boolean ownWebSocketFollows(boolean findsClasses) {
        return false;
    }

    /**
     * Keeps the container's own WebSocket implementation, if its initializer has yet to run, from installing itself
     * over ours: it would fail on a ServerContainer that is not its own.
     *
     * @return false if the application's configuration insists on the container's own
     */
    boolean disableOwnWebSocket();

    /**
     * Runs a task when the whole server or this web application begins to stop, and its connections and HTTP sessions
     * are still there; the server waits for it. It may run twice.
     *
     * @return takes the task off again
     */
    Runnable beforeServerStops(Runnable task);

    /** Runs a task once, when this web application has started, if the condition holds then. */
    void afterStart(BooleanSupplier condition, Runnable task);
}
