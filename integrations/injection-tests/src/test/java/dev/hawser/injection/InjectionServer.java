package dev.hawser.injection;

import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.ServletContainerInitializer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An embedded container with one application, whose surroundings are put there by an initializer. */
interface InjectionServer extends AutoCloseable {
    URI uri(String path);

    /** The application's class loader. */
    ClassLoader loader();

    /** Runs something with the application's class loader as context class loader, as the application would. */
    default void inApplication(Callable<?> task) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader());
        try {
            task.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** The containers. */
    enum Kind {
        JETTY {
            @Override
            InjectionServer start(ServletContainerInitializer surroundings, Class<?>... endpoints) throws Exception {
                Server server = new Server();
                ServerConnector connector = new ServerConnector(server, 1, 1);
                connector.setHost("127.0.0.1");
                server.addConnector(connector);
                ServletContextHandler context = new ServletContextHandler("/");
                context.addServletContainerInitializer(new HawserInitializer(), endpoints);
                context.addServletContainerInitializer(surroundings);
                server.setHandler(context);
                server.start();
                return new InjectionServer() {
                    @Override
                    public URI uri(String path) {
                        return URI.create("ws://127.0.0.1:" + connector.getLocalPort() + path);
                    }

                    @Override
                    public ClassLoader loader() {
                        return Thread.currentThread().getContextClassLoader(); // this context has none of its own
                    }

                    @Override
                    public void close() throws Exception {
                        server.stop();
                    }
                };
            }
        },
        TOMCAT {
            @Override
            InjectionServer start(ServletContainerInitializer surroundings, Class<?>... endpoints) throws Exception {
                Path folder = Files.createTempDirectory("hawser-tomcat");
                Tomcat tomcat = new Tomcat();
                tomcat.setBaseDir(folder.toString());
                Connector connector = new Connector();
                connector.setPort(0);
                connector.setProperty("address", "127.0.0.1");
                tomcat.setConnector(connector);
                tomcat.enableNaming(); // as outside of tests; without it the InstanceManager does nothing
                Context context = tomcat.addContext("", folder.toString());
                // Tomcat calls filters only where a servlet is mapped.
                Tomcat.addServlet(context, "default", "org.apache.catalina.servlets.DefaultServlet")
                        .addMapping("/");
                context.getNamingResources().addEnvironment(Names.environment());
                context.getNamingResources().addResource(Names.resource());
                context.addServletContainerInitializer(new HawserInitializer(), Set.of(endpoints));
                context.addServletContainerInitializer(surroundings, Set.of());
                tomcat.start();
                return new InjectionServer() {
                    @Override
                    public URI uri(String path) {
                        return URI.create("ws://127.0.0.1:" + connector.getLocalPort() + path);
                    }

                    @Override
                    public ClassLoader loader() {
                        return context.getLoader().getClassLoader();
                    }

                    @Override
                    public void close() throws Exception {
                        tomcat.stop();
                        tomcat.destroy();
                    }
                };
            }
        };

        /** @param surroundings run after Hawser's own initializer, as a container may order them */
        abstract InjectionServer start(ServletContainerInitializer surroundings, Class<?>... endpoints)
                throws Exception;
    }
}
