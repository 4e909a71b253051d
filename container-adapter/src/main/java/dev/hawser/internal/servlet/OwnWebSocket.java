package dev.hawser.internal.servlet;

/**
 * The WebSocket implementation that a servlet container brings itself, as far as a web application has to do with it. A
 * part of {@link TransportHook}, with the same rule for types.
 */
public interface OwnWebSocket {
    /**
     * Removes the filter of the container's own WebSocket implementation from this web application, or keeps it from
     * being added.
     *
     * @return whether the filter was found and removed
     */
    boolean removeFilter();

    /**
     * Puts the filter of the container's own WebSocket implementation, which serves this web application, behind the
     * application's filters, so that these guard its handshakes. Does nothing if it is already there.
     */
    default void putFilterLast() {}

    /**
     * Whether an initializer that has not yet run will start the container's own WebSocket implementation in this web
     * application.
     *
     * @param findsClasses whether the container has found classes for such an initializer
     */
    default boolean follows(boolean findsClasses) {
        return false;
    }

    /**
     * Keeps the container's own WebSocket implementation, if its initializer has not yet run, from being installed: it
     * would fail on a ServerContainer that is not its own.
     *
     * @return false if the application's configuration asks for the container's own
     */
    boolean disable();
}
