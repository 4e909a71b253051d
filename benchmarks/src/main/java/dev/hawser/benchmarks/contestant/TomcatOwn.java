package dev.hawser.benchmarks.contestant;

import jakarta.websocket.server.ServerContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat 11 with its own Jakarta WebSocket. */
public final class TomcatOwn implements Server {
    @Override
    public int start() throws Exception {
        Tomcat tomcat = tomcat();
        Context context = context(tomcat);
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer(
                (classes, servletContext) -> {
                    ServerContainer container =
                            (ServerContainer) servletContext.getAttribute(ServerContainer.class.getName());
                    for (Class<?> endpoint : Endpoints.served()) {
                        try {
                            container.addEndpoint(endpoint);
                        } catch (jakarta.websocket.DeploymentException e) {
                            throw new jakarta.servlet.ServletException(e);
                        }
                    }
                },
                null);
        return start(tomcat);
    }

    /** Tomcat on a free port, with room for 10,000 connections. */
    static Tomcat tomcat() throws Exception {
        Path folder = Files.createTempDirectory("hawser-benchmark-tomcat");
        folder.toFile().deleteOnExit();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("maxConnections", "20000");
        tomcat.getConnector().setProperty("acceptCount", "1024");
        return tomcat;
    }

    /** The root context, with a servlet, since Tomcat calls filters only if there is one. */
    static Context context(Tomcat tomcat) {
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
        return context;
    }

    static int start(Tomcat tomcat) throws LifecycleException {
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }
}
