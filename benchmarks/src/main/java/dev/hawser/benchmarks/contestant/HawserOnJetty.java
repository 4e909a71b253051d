package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.jspecify.annotations.Nullable;

/** Hawser on Jetty 12.1, ee11; default or event-loop mode by the setting {@code dev.hawser.dispatch}. */
public final class HawserOnJetty implements Server {
    private org.eclipse.jetty.server.@Nullable Server running;

    @Override
    public Ports start() throws Exception {
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        running = server;
        JettyOwn.connectors(server);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(
                new HawserInitializer(), Endpoints.served().toArray(Class<?>[]::new));
        server.setHandler(context);
        server.start();
        return JettyOwn.ports(server);
    }

    @Override
    public void stop() throws Exception {
        if (running != null) {
            running.stop();
            running = null;
        }
    }
}
