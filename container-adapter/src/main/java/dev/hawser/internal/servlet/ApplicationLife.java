package dev.hawser.internal.servlet;

import java.util.function.BooleanSupplier;

/**
 * The start and stop of a web application, and its filters, as far as the Servlet API does not tell. A part of {@link
 * TransportHook}, with the same rule for types.
 */
public interface ApplicationLife {
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
     * Runs a task when the server or this web application begins to stop, while its connections and HTTP sessions still
     * exist. The server waits for the task, which may run twice.
     *
     * @return removes the task
     */
    Runnable beforeServerStops(Runnable task);

    /** Runs a task once, when this web application has started, if the condition is then true. */
    void afterStart(BooleanSupplier condition, Runnable task);
}
