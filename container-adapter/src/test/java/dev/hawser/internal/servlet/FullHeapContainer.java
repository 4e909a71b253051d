package dev.hawser.internal.servlet;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.http.HttpServlet;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The container of a {@link FullHeapServer}, with as few threads to lose as it can do with. */
interface FullHeapContainer {
    int port();

    /** How many of the threads that it cannot do without serve nobody any more. */
    int lostThreads();

    /** How many connections it counts as closed and has not closed for the peer. */
    int halfClosed();

    static FullHeapContainer start(String name, ServletContainerInitializer initializer, Set<Class<?>> endpoints)
            throws Exception {
        return switch (name) {
            case "JETTY" -> new OfJetty(initializer, endpoints);
            case "TOMCAT" -> new OfTomcat(initializer, endpoints);
            default -> new OfUndertow(initializer, endpoints);
        };
    }

    /** Accepts on its only selector. */
    final class OfJetty implements FullHeapContainer {
        private final ServerConnector connector;

        private OfJetty(ServletContainerInitializer initializer, Set<Class<?>> endpoints) throws Exception {
            Server server = new Server();
            connector = new ServerConnector(server, 0, 1);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler("/");
            context.addServletContainerInitializer(initializer, endpoints.toArray(Class<?>[]::new));
            server.setHandler(context);
            server.start();
        }

        @Override
        public int port() {
            return connector.getLocalPort();
        }

        /** The thread stays alive when what it runs has ended: it is asked for something. */
        @Override
        public int lostThreads() {
            CountDownLatch done = new CountDownLatch(1);
            for (ManagedSelector selector : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
                selector.submit(its -> done.countDown());
            }
            try {
                return done.await(5, TimeUnit.SECONDS) ? 0 : 1;
            } catch (InterruptedException e) {
                return 1;
            }
        }

        /** A channel whose close had no memory counts as closed, and nobody can close it again. */
        @Override
        public int halfClosed() {
            return (int) connector.getConnectedEndPoints().stream()
                    .filter(endPoint -> !endPoint.isOpen())
                    .count();
        }
    }

    final class OfTomcat implements FullHeapContainer {
        private final Tomcat tomcat = new Tomcat();
        private final Threads threads;

        private OfTomcat(ServletContainerInitializer initializer, Set<Class<?>> endpoints) throws Exception {
            tomcat.setBaseDir(Files.createTempDirectory("hawser-full-heap").toString());
            tomcat.setSilent(true);
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            Context context = tomcat.addContext("", null);
            context.addServletContainerInitializer(initializer, endpoints);
            Tomcat.addServlet(context, "nothing", new HttpServlet() {}).addMapping("/"); // else no filter is called
            tomcat.start();
            threads = new Threads("-Poller", "-Acceptor");
        }

        @Override
        public int port() {
            return tomcat.getConnector().getLocalPort();
        }

        @Override
        public int lostThreads() {
            return threads.ended();
        }

        @Override
        public int halfClosed() {
            return 0;
        }
    }

    final class OfUndertow implements FullHeapContainer {
        private final Undertow undertow;
        private final Threads threads;

        private OfUndertow(ServletContainerInitializer initializer, Set<Class<?>> endpoints) throws Exception {
            DeploymentManager manager = Servlets.defaultContainer()
                    .addDeployment(Servlets.deployment()
                            .setClassLoader(OfUndertow.class.getClassLoader())
                            .setContextPath("/")
                            .setDeploymentName("full heap")
                            .addServletContainerInitializer(new ServletContainerInitializerInfo(
                                    initializer.getClass(), new ImmediateInstanceFactory<>(initializer), endpoints)));
            manager.deploy();
            undertow = Undertow.builder()
                    .addHttpListener(0, "127.0.0.1")
                    .setIoThreads(1)
                    .setWorkerThreads(8)
                    .setHandler(Handlers.path().addPrefixPath("/", manager.start()))
                    .build();
            undertow.start();
            threads = new Threads(" I/O-1", " Accept");
        }

        @Override
        public int port() {
            return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        }

        @Override
        public int lostThreads() {
            return threads.ended();
        }

        @Override
        public int halfClosed() {
            return 0;
        }
    }

    /** Those whose name ends so. */
    final class Threads {
        private final List<Thread> threads;

        Threads(String... ends) {
            threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> List.of(ends).stream().anyMatch(thread.getName()::endsWith))
                    .toList();
            if (threads.size() < ends.length) {
                throw new IllegalStateException("of " + List.of(ends) + " there are only " + threads);
            }
        }

        int ended() {
            return (int) threads.stream().filter(thread -> !thread.isAlive()).count();
        }
    }
}
