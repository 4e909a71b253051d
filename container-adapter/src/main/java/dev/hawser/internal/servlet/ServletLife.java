package dev.hawser.internal.servlet;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** The life of a web application on every container except Jetty. */
final class ServletLife implements ApplicationLife {
    private final ContainerFamily family;
    private final Runnable threads;
    private final Queue<Runnable> untilFirstHandshake = new ConcurrentLinkedQueue<>();

    /** @param threads ends the threads that end with the application */
    ServletLife(ContainerFamily family, Runnable threads) {
        this.family = family;
        this.threads = threads;
    }

    /** Runs what waits for the end of the start. */
    void handshakeBegins() {
        for (Runnable task = untilFirstHandshake.poll(); task != null; task = untilFirstHandshake.poll()) {
            task.run();
        }
    }

    /**
     * The API does not promise that {@code *} is all servlets for {@code addMappingForServletNames}. On a container
     * where this was not tested, the filter is mapped to all URLs.
     */
    @Override
    public boolean hasNameOfAllServlets() {
        return family.isUndertow() || family == ContainerFamily.TOMCAT || family == ContainerFamily.GLASSFISH;
    }

    /** Does nothing, since filters added through the Servlet API are removed when the context stops. */
    @Override
    public void removeFilter(String name) {}

    /**
     * Does not use the task: containers other than Jetty stop their contexts before they close connections. The result
     * ends the threads.
     */
    @Override
    public Runnable beforeServerStops(Runnable task) {
        return threads;
    }

    /** The Servlet API has no event for the end of the start, so the task runs at the first handshake. */
    @Override
    public void afterStart(BooleanSupplier condition, Runnable task) {
        untilFirstHandshake.add(() -> {
            if (condition.getAsBoolean()) {
                task.run();
            }
        });
    }
}
