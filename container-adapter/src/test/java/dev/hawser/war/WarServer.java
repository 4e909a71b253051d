package dev.hawser.war;

import dev.hawser.server.EndpointServerContainer;
import dev.hawser.servlet.HawserInitializer;
import dev.hawser.servlet.RawClient;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Starts a {@link BareJetty} in a class loader that has a choice of Jetty's jars, and ours only on request. */
final class WarServer implements AutoCloseable {
    /** The jars of a Jetty that deploys WARs and scans for annotations. */
    private static final Pattern JETTY = Pattern.compile(
            "(jetty-|slf4j-api|asm|jakarta\\.(servlet|annotation|el|enterprise|inject|interceptor|transaction)).*\\.jar");

    private final ServerClasses classes;
    private final AutoCloseable jetty;

    private WarServer(ServerClasses classes, AutoCloseable jetty) {
        this.classes = classes;
        this.jetty = jetty;
    }

    /** What the server's class path has beside Jetty itself. */
    enum Server {
        /** No WebSocket or API jar. */
        BARE,
        /** No annotation scanning either. */
        WITHOUT_ANNOTATIONS,
        /** Jetty's own WebSocket implementation, and the API. */
        WITH_JETTY_WEBSOCKET,
        /** Hawser and the API. */
        WITH_HAWSER
    }

    /** Everything of the {@code dropin} jar, from the classes under test. */
    static byte[] dropinJar() throws IOException {
        return hawserJar(new Archive().allFrom(ServerContainer.class).allFrom(Session.class));
    }

    private static byte[] hawserJar(Archive start) throws IOException {
        return start.allFrom(HawserInitializer.class)
                .allFrom(EndpointServerContainer.class)
                .build();
    }

    static WarServer start(Server server, byte[] war, Map<String, String> contextParameters) throws Exception {
        Path file = Files.createTempFile("hawser-test", ".war");
        file.toFile().deleteOnExit();
        Files.write(file, war);
        ServerClasses classes = new ServerClasses(classPath(server));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            AutoCloseable jetty = (AutoCloseable) classes.loadClass(BareJetty.class.getName())
                    .getConstructor(URL.class, Map.class)
                    .newInstance(file.toUri().toURL(), contextParameters);
            return new WarServer(classes, jetty);
        } catch (InvocationTargetException e) {
            classes.close();
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] classPath(Server server) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            boolean api = name.startsWith("jakarta.websocket");
            boolean taken = JETTY.matcher(name).matches()
                    && (server == Server.WITH_JETTY_WEBSOCKET || !name.contains("websocket"));
            if (server == Server.WITHOUT_ANNOTATIONS && name.startsWith("jetty-ee11-annotations")) {
                taken = false;
            }
            if (api && (server == Server.WITH_JETTY_WEBSOCKET || server == Server.WITH_HAWSER)) {
                taken = true;
            }
            if (taken) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        if (server == Server.WITH_HAWSER) {
            Path jar = Files.createTempFile("hawser-server", ".jar");
            jar.toFile().deleteOnExit();
            Files.write(jar, hawserJar(new Archive()));
            urls.add(jar.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> facts() {
        return ((Supplier<Map<String, Object>>) jetty).get();
    }

    int port() {
        return (Integer) facts().get("port");
    }

    /** The class name of the ServerContainer in the context, or {@code none}. */
    String serverContainer() {
        return (String) facts().get("container");
    }

    RawClient connect(String path) throws IOException {
        return new RawClient(port(), path);
    }

    /** Stops the server in another thread, so that the test can watch a connection meanwhile. */
    Thread stopping() {
        Thread thread = new Thread(() -> {
            try {
                jetty.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    @Override
    public void close() throws Exception {
        jetty.close();
        classes.close();
    }

    /** The server's class path; of the tests' own classes only {@link BareJetty}. */
    private static final class ServerClasses extends URLClassLoader {
        ServerClasses(URL[] urls) {
            super(urls, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.equals(BareJetty.class.getName())) {
                return super.findClass(name);
            }
            try (InputStream in = BareJetty.class.getResourceAsStream("BareJetty.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
