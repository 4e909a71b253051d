package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.ApplicationLife;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/** The life of a web application on Jetty. */
final class JettyLife implements ApplicationLife {
    private final ContextHandler handler;

    JettyLife(ContextHandler handler) {
        this.handler = handler;
    }

    @Override
    public boolean hasNameOfAllServlets() {
        return true;
    }

    @Override
    public void removeFilter(String name) {
        JettyFilters.remove(handler, name::equals);
    }

    /**
     * contextDestroyed would be too late: without a stop timeout Jetty closes its connectors before its contexts, and a
     * context ends its HTTP sessions before contextDestroyed.
     */
    @Override
    public Runnable beforeServerStops(Runnable task) {
        Server server = handler.getServer();
        LifeCycle.Listener stopping = new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle event) {
                task.run();
            }
        };
        server.addEventListener(stopping);
        handler.addEventListener(stopping);
        return () -> {
            server.removeEventListener(stopping);
            handler.removeEventListener(stopping);
        };
    }

    @Override
    public void afterStart(BooleanSupplier condition, Runnable task) {
        handler.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarted(LifeCycle event) {
                handler.removeEventListener(this);
                if (condition.getAsBoolean()) {
                    task.run();
                }
            }

            @Override
            public void lifeCycleFailure(LifeCycle event, Throwable cause) {
                handler.removeEventListener(this);
            }
        });
    }
}
