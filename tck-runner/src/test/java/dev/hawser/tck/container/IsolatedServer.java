package dev.hawser.tck.container;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The one server of this JVM, in a class loader that shares nothing with the tests but the JDK.
 *
 * <p>Tests and server are thus strangers, as client and server are: no static of the implementation is seen by both, the
 * classes of an application cannot be found on the test class path by accident, and what the server's class path holds
 * is a choice ({@link Placement}).
 */
public final class IsolatedServer {

    private static final List<String> WEB_SOCKET = List.of(
            "META-INF/services/jakarta.websocket.ContainerProvider",
            "jakarta/websocket/Session.class",
            "jakarta/websocket/server/ServerEndpoint.class",
            "dev/hawser/Settings.class");

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
            ClassLoader loader = serverLoader(Placement.ofThisRun());
            ContainerUnderTest container = ServiceLoader.load(ContainerUnderTest.class, loader)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No container is on the test class path"));
            server = new IsolatedServer(container, loader, Files.createTempDirectory("server"));
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
        for (Path path : classPath(placement)) {
            urls.add(path.toUri().toURL());
        }
        return new URLClassLoader(
                "server", urls.toArray(URL[]::new), new OnlyTheInterface(ClassLoader.getPlatformClassLoader()));
    }

    /** The class path of a server: that of the tests, with what belongs to the applications left out. */
    public static List<Path> classPath(Placement placement) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            if (placement == Placement.SERVER || !isWebSocket(path)) {
                paths.add(path);
            }
        }
        return paths;
    }

    /**
     * Whether a class path element is the WebSocket API or an implementation of it. Inside this build our own engine also
     * lies behind the jar that it is packed into.
     */
    private static boolean isWebSocket(Path element) throws IOException {
        for (String entry : WEB_SOCKET) {
            if (contains(element, entry)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(Path element, String entry) throws IOException {
        if (!Files.isRegularFile(element)) {
            return Files.exists(element.resolve(entry));
        }
        try (JarFile jar = new JarFile(element.toFile())) {
            return jar.getEntry(entry) != null;
        }
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
