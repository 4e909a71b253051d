package dev.hawser.tck.container.undertow;

import dev.hawser.tck.container.ContainerUnderTest;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.Version;
import io.undertow.server.handlers.CanonicalPathHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.annotation.WebServlet;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EventListener;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Undertow, as an application embeds it. It has no form of deployment for WARs, so one is made of its programmatic one.
 */
public final class UndertowContainer implements ContainerUnderTest {
    /** Tests hold some of them, waiting for an event of their application. */
    private static final int WORKERS = 32;

    private final ServletContainer container = Servlets.newContainer();
    private final PathHandler paths = Handlers.path();
    private final Undertow server = Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setWorkerThreads(WORKERS)
            // As WildFly has it: Undertow itself leaves dot segments where they are.
            .setHandler(new CanonicalPathHandler(paths))
            .build();
    private final Map<String, Deployed> applications = new HashMap<>();

    private record Deployed(DeploymentManager manager, WarClasses classes) {
        void remove() throws Exception {
            manager.stop();
            manager.undeploy();
            classes.close();
        }
    }

    /** Created by {@link ServiceLoader}. */
    public UndertowContainer() {}

    @Override
    public String name() {
        return Version.getFullVersionString();
    }

    @Override
    public int start(Path workDirectory) {
        server.start();
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return address.getPort();
    }

    @Override
    public void deploy(String contextPath, Path explodedWar) throws Exception {
        WarClasses classes = new WarClasses(explodedWar);
        try {
            DeploymentManager manager = container.addDeployment(deployment(contextPath, explodedWar, classes));
            manager.deploy();
            paths.addPrefixPath(contextPath, manager.start());
            applications.put(contextPath, new Deployed(manager, classes));
        } catch (Exception | LinkageError e) {
            paths.removePrefixPath(contextPath);
            classes.close();
            throw e;
        }
    }

    private static DeploymentInfo deployment(String contextPath, Path explodedWar, WarClasses classes)
            throws Exception {
        DeploymentInfo deployment = Servlets.deployment()
                .setDeploymentName(contextPath)
                .setContextPath(contextPath)
                .setClassLoader(classes.loader())
                .setIdentityManager(new Users());
        for (Class<?> type : classes.all()) {
            WebServlet servlet = type.getAnnotation(WebServlet.class);
            if (servlet != null) {
                deployment.addServlet(
                        Servlets.servlet(type.getName(), type.asSubclass(jakarta.servlet.Servlet.class))
                                .addMappings(servlet.value())
                                .addMappings(servlet.urlPatterns())
                                .setAsyncSupported(servlet.asyncSupported()));
            }
            if (type.isAnnotationPresent(WebListener.class)) {
                deployment.addListener(Servlets.listener(type.asSubclass(EventListener.class)));
            }
        }
        for (ServletContainerInitializer found :
                ServiceLoader.load(ServletContainerInitializer.class, classes.loader())) {
            deployment.addServletContainerInitializer(
                    new ServletContainerInitializerInfo(found.getClass(), classes.handledBy(found.getClass())));
        }
        Path descriptor = explodedWar.resolve("WEB-INF/web.xml");
        if (Files.exists(descriptor)) {
            WebXml.read(descriptor).applyTo(deployment);
        }
        return deployment;
    }

    @Override
    public void undeploy(String contextPath) throws Exception {
        Deployed application = applications.remove(contextPath);
        if (application == null) {
            throw new IllegalArgumentException("Not deployed: " + contextPath);
        }
        paths.removePrefixPath(contextPath);
        application.remove();
    }

    @Override
    public void stop() {
        server.stop();
    }
}
