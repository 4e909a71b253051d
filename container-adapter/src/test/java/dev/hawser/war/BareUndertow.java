package dev.hawser.war;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.annotation.HandlesTypes;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An Undertow. It knows no WARs, so this does what an embedder would: a class loader over the unpacked WAR, the
 * initializers that {@code ServiceLoader} finds, and the classes that they handle. A filter of the WAR is mapped to all
 * paths; there is no web.xml.
 */
public final class BareUndertow implements BareServer {
    /** Where undertow-websockets-jsr looks for what it is to serve, if it is on the class path. */
    private static final String OWN_WEBSOCKET = "io.undertow.websockets.jsr.WebSocketDeploymentInfo";

    private static final int THREADS = 8;

    private final PathHandler paths = new PathHandler();
    private final Undertow server = Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, 5000)
            .setIoThreads(2)
            .setWorkerThreads(THREADS)
            .setHandler(paths)
            .build();
    private @Nullable DeploymentManager manager;
    private @Nullable BareWarClasses classes;

    public BareUndertow() throws InterruptedException {
        server.start();
        startThreads();
    }

    /**
     * A thread that XNIO starts while a request of an application is served keeps the application's class loader as its
     * context loader.
     */
    private void startThreads() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            server.getWorker().execute(() -> {
                all.countDown();
                try {
                    all.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        all.await(30, TimeUnit.SECONDS);
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public ClassLoader deploy(Path war, Map<String, String> contextParameters) throws Exception {
        BareWarClasses loader = BareWarClasses.of(war);
        classes = loader;
        DeploymentInfo deployment =
                Servlets.deployment().setClassLoader(loader).setContextPath("/").setDeploymentName("war");
        contextParameters.forEach(deployment::addInitParameter);
        List<Class<?>> all = loader.webClasses();
        for (ServletContainerInitializer initializer : ServiceLoader.load(ServletContainerInitializer.class, loader)) {
            deployment.addServletContainerInitializer(
                    new ServletContainerInitializerInfo(initializer.getClass(), handledBy(initializer, all)));
        }
        for (Class<?> type : all) {
            if (Filter.class.isAssignableFrom(type)) {
                deployment.addFilter(new FilterInfo("user", type.asSubclass(Filter.class)).setAsyncSupported(true));
                deployment.addFilterUrlMapping("user", "/*", DispatcherType.REQUEST);
            }
        }
        addOwnWebSocket(deployment, all);
        DeploymentManager deployed = Servlets.defaultContainer().addDeployment(deployment);
        manager = deployed;
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            deployed.deploy();
            paths.addPrefixPath("/", deployed.start());
        } catch (Exception e) {
            undeploy();
            throw e;
        } finally {
            thread.setContextClassLoader(before);
        }
        return loader;
    }

    private static Set<Class<?>> handledBy(ServletContainerInitializer initializer, List<Class<?>> all) {
        Set<Class<?>> handled = new HashSet<>();
        HandlesTypes types = initializer.getClass().getAnnotation(HandlesTypes.class);
        for (Class<?> wanted : types == null ? new Class<?>[0] : types.value()) {
            for (Class<?> type : all) {
                if (wanted.isAnnotation()
                        ? type.isAnnotationPresent(wanted.asSubclass(Annotation.class))
                        : wanted.isAssignableFrom(type)) {
                    handled.add(type);
                }
            }
        }
        return handled;
    }

    /** As an embedder switches Undertow's own implementation on: with an attribute that holds the endpoints. */
    private void addOwnWebSocket(DeploymentInfo deployment, List<Class<?>> all) throws Exception {
        Class<?> type;
        try {
            type = Class.forName(OWN_WEBSOCKET);
        } catch (ClassNotFoundException e) {
            return;
        }
        Object own = type.getConstructor().newInstance();
        type.getMethod("setWorker", org.xnio.XnioWorker.class).invoke(own, server.getWorker());
        type.getMethod("setBuffers", io.undertow.connector.ByteBufferPool.class)
                .invoke(own, new io.undertow.server.DefaultByteBufferPool(false, 8192));
        for (Class<?> endpoint : all) {
            for (Annotation annotation : endpoint.getAnnotations()) {
                if (annotation.annotationType().getName().equals("jakarta.websocket.server.ServerEndpoint")) {
                    type.getMethod("addEndpoint", Class.class).invoke(own, endpoint);
                }
            }
        }
        deployment.addServletContextAttribute(OWN_WEBSOCKET, own);
    }

    @Override
    public void undeploy() throws Exception {
        paths.clearPaths();
        DeploymentManager deployed = manager;
        BareWarClasses loader = classes;
        manager = null;
        classes = null;
        if (deployed != null) {
            DeploymentInfo deployment = deployed.getDeployment().getDeploymentInfo();
            if (deployed.getState() == DeploymentManager.State.STARTED) {
                deployed.stop();
            }
            if (deployed.getState() == DeploymentManager.State.DEPLOYED) {
                deployed.undeploy();
            }
            Servlets.defaultContainer().removeDeployment(deployment);
        }
        if (loader != null) {
            loader.close();
        }
    }

    @Override
    public String serverContainer() {
        Object container =
                manager.getDeployment().getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        return container == null ? "none" : container.getClass().getName();
    }

    @Override
    public void close() throws Exception {
        undeploy();
        server.stop();
    }
}
