package dev.hawser.tck.container;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The one server of this JVM, in a class loader that shares nothing with the tests but the JDK.
 *
 * <p>Tests and server are thus strangers, as client and server are: no static of the implementation is seen by both,
 * the classes of an application cannot be found on the test class path by accident, and what the server's class path
 * holds is a choice ({@link Placement}).
 */
public final class IsolatedServer {

    private static @Nullable IsolatedServer running; // guarded by the class

    private final ContainerUnderTest container;
    private final ClassLoader loader;
    private final int port;

    private IsolatedServer(ContainerUnderTest container, ClassLoader loader, Path workDirectory) throws Exception {
        this.container = container;
        this.loader = loader;
        this.port = within(() -> container.start(workDirectory));
    }

    /** The server, started by the first call. It runs until the JVM ends. @throws Exception if it does not start */
    public static synchronized IsolatedServer running() throws Exception {
        IsolatedServer server = running;
        if (server == null) {
            Placement placement = Placement.ofThisRun();
            ClassLoader loader = serverLoader(placement);
            ContainerUnderTest container = ServiceLoader.load(ContainerUnderTest.class, loader)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No container is on the test class path"));
            server = new IsolatedServer(container, loader, Files.createTempDirectory("server"));
            RunRecord.write(container.name(), ServerClassPath.implementation(placement));
            running = server;
        }
        return server;
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** See {@link ContainerUnderTest#deploy}. */
    public void deploy(String contextPath, Path explodedWar) throws Exception {
        within(() -> {
            container.deploy(contextPath, explodedWar);
            return contextPath;
        });
    }

    /** See {@link ContainerUnderTest#undeploy}. */
    public void undeploy(String contextPath) throws Exception {
        within(() -> {
            container.undeploy(contextPath);
            return contextPath;
        });
    }

    private interface Action<T> {
        T run() throws Exception;
    }

    /** Server threads inherit the context class loader of the thread that starts them. */
    private <T> T within(Action<T> action) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return action.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ClassLoader serverLoader(Placement placement) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path path : ServerClassPath.of(placement)) {
            urls.add(path.toUri().toURL());
        }
        return new URLClassLoader(
                "server", urls.toArray(URL[]::new), new OnlyTheInterface(ClassLoader.getPlatformClassLoader()));
    }

    /** The class path of the server, as a program of its own would be started with it. */
    public static List<Path> classPath(Placement placement) throws IOException {
        return ServerClassPath.of(placement);
    }

    /** The parent of the server's loader: the JDK, and the interface by which the tests speak to the container. */
    private static final class OnlyTheInterface extends ClassLoader {
        OnlyTheInterface(ClassLoader platform) {
            super(platform);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(ContainerUnderTest.class.getName())) {
                return ContainerUnderTest.class;
            }
            throw new ClassNotFoundException(name);
        }
    }
}
