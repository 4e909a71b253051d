package dev.hawser.war;

import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.internal.servlet.RawClient;
import dev.hawser.servlet.HawserInitializer;
import jakarta.annotation.Resource;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tlschannel.TlsChannel;

/** A {@link BareServer} in a class loader that has the container's jars and a choice of others, and WARs for it. */
final class WarServer implements AutoCloseable {
    /** The jars of a Jetty that deploys WARs and scans for annotations. */
    private static final Pattern JETTY = Pattern.compile(
            "(jetty-|slf4j-api|asm|jakarta\\.(servlet|annotation|el|enterprise|inject|interceptor|transaction)).*\\.jar");

    private static final Pattern UNDERTOW =
            Pattern.compile("(undertow|xnio|wildfly|jboss|smallrye|jakarta\\.(servlet|annotation)).*\\.jar");

    /** Elements of web.xml: a filter of the application that refuses requests without a token, {@link WarGuard}. */
    static final String GUARDED =
            "<filter><filter-name>guard</filter-name><filter-class>dev.hawser.war.WarGuard</filter-class></filter>"
                    + "<filter-mapping><filter-name>guard</filter-name><url-pattern>/*</url-pattern></filter-mapping>";

    private final ServerClasses classes;
    private final BareServer server;
    private boolean closed;

    private WarServer(ServerClasses classes, BareServer server) {
        this.classes = classes;
        this.server = server;
    }

    /** Which container. */
    enum Container {
        JETTY,
        TOMCAT_10,
        TOMCAT_11,
        UNDERTOW;

        private String className() {
            return switch (this) {
                case JETTY -> BareJetty.class.getName();
                case UNDERTOW -> BareUndertow.class.getName();
                default -> BareTomcat.class.getName();
            };
        }
    }

    /** What the server's class path has beside the container itself. */
    enum Beside {
        /** No WebSocket or API jar. */
        NOTHING,
        /** No annotation scanning either; of Jetty. */
        WITHOUT_ANNOTATIONS,
        /** The container's own WebSocket implementation, and the API. */
        OWN,
        /** Hawser and the API. */
        HAWSER,
        /** Hawser, then the container's own, and the API. */
        HAWSER_THEN_OWN,
        /** The container's own, then Hawser, and the API. */
        OWN_THEN_HAWSER;

        private boolean hasOwn() {
            return this == OWN || this == HAWSER_THEN_OWN || this == OWN_THEN_HAWSER;
        }

        private boolean hasHawser() {
            return this == HAWSER || this == HAWSER_THEN_OWN || this == OWN_THEN_HAWSER;
        }
    }

    /** A WAR with the drop-in jar in WEB-INF/lib and {@link WarEcho}, and these elements in web.xml. */
    static Archive war(String webXml) throws IOException {
        return bareWar(webXml).file("WEB-INF/lib/hawser.jar", dropinJar());
    }

    /** The same without our jar. */
    static Archive bareWar(String webXml) throws IOException {
        return new Archive()
                .file(
                        "WEB-INF/web.xml",
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">"
                                + webXml + "</web-app>")
                .webClass(WarEcho.class);
    }

    /** Everything of the {@code dropin} jar, from the classes under test. */
    static byte[] dropinJar() throws IOException {
        return hawserJar(new Archive().allFrom(ServerContainer.class).allFrom(Session.class));
    }

    private static byte[] hawserJar(Archive start) throws IOException {
        return start.allFrom(HawserInitializer.class)
                .allFrom(EndpointServerContainer.class)
                .allFrom(TlsChannel.class)
                .build();
    }

    static WarServer start(Container container, Beside beside, byte[] war, Map<String, String> contextParameters)
            throws Exception {
        WarServer started = start(container, beside);
        try {
            started.deploy(file(war), contextParameters);
            return started;
        } catch (Exception e) {
            started.close();
            throw e;
        }
    }

    /** Without a WAR. */
    static WarServer start(Container container, Beside beside) throws Exception {
        ServerClasses classes = new ServerClasses(classPath(container, beside));
        try {
            BareServer server = inContextOf(classes, () -> (BareServer)
                    classes.loadClass(container.className()).getConstructor().newInstance());
            return new WarServer(classes, server);
        } catch (InvocationTargetException e) {
            classes.close();
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static <T extends @Nullable Object> T inContextOf(
            ClassLoader loader, java.util.concurrent.Callable<T> action) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return action.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A file that is deleted when the JVM ends. */
    static Path file(byte[] archive) throws IOException {
        Path file = Files.createTempFile("hawser-test", ".war");
        file.toFile().deleteOnExit();
        Files.write(file, archive);
        return file;
    }

    private static List<URL> classPath(Container container, Beside beside) throws IOException {
        List<URL> urls = new ArrayList<>();
        List<URL> own = new ArrayList<>();
        switch (container) {
            case JETTY -> jetty(beside, urls, own);
            case UNDERTOW -> undertow(urls, own);
            default -> tomcat(container == Container.TOMCAT_10 ? "10" : "11", urls, own);
        }
        List<URL> hawser = new ArrayList<>();
        if (beside.hasHawser()) {
            Path jar = Files.createTempFile("hawser-server", ".jar");
            jar.toFile().deleteOnExit();
            Files.write(jar, hawserJar(new Archive()));
            hawser.add(jar.toUri().toURL());
        }
        if (beside.hasOwn() || beside.hasHawser()) {
            urls.add(Archive.sourceOf(ServerContainer.class).toUri().toURL());
            urls.add(Archive.sourceOf(Session.class).toUri().toURL());
        }
        if (beside == Beside.HAWSER_THEN_OWN) {
            urls.addAll(0, own);
            urls.addAll(0, hawser);
        } else {
            urls.addAll(0, hawser);
            urls.addAll(0, beside.hasOwn() ? own : List.of());
        }
        return urls;
    }

    private static void jetty(Beside beside, List<URL> urls, List<URL> own) throws IOException {
        for (Path jar : classPathOfTheTests(JETTY)) {
            String name = jar.getFileName().toString();
            if (beside != Beside.WITHOUT_ANNOTATIONS || !name.startsWith("jetty-ee11-annotations")) {
                (name.contains("websocket") ? own : urls).add(jar.toUri().toURL());
            }
        }
    }

    private static void undertow(List<URL> urls, List<URL> own) throws IOException {
        for (Path jar : classPathOfTheTests(UNDERTOW)) {
            urls.add(jar.toUri().toURL());
        }
        for (Path jar : copied("undertow-websockets-jsr-.*")) {
            own.add(jar.toUri().toURL());
        }
    }

    private static void tomcat(String version, List<URL> urls, List<URL> own) throws IOException {
        for (Path jar : copied("tomcat-embed-[a-z]+-" + version + "\\..*")) {
            (jar.getFileName().toString().contains("websocket") ? own : urls)
                    .add(jar.toUri().toURL());
        }
        urls.add(Archive.sourceOf(Resource.class).toUri().toURL());
    }

    private static List<Path> classPathOfTheTests(Pattern name) {
        List<Path> found = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (name.matcher(path.getFileName().toString()).matches()) {
                found.add(path);
            }
        }
        return found;
    }

    /** Jars that the build has copied, since the class path of the tests cannot have them. */
    private static List<Path> copied(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of(System.getProperty("hawser.test.containers.jars")))) {
            for (Path jar : jars) {
                if (jar.getFileName().toString().matches(name)) {
                    found.add(jar);
                }
            }
        }
        return found;
    }

    ClassLoader deploy(Path war, Map<String, String> contextParameters) throws Exception {
        return inContextOf(classes, () -> server.deploy(war, contextParameters));
    }

    void undeploy() throws Exception {
        server.undeploy();
    }

    int port() {
        return server.port();
    }

    /** The class name of the ServerContainer in the context, or {@code none}. */
    String serverContainer() {
        return server.serverContainer();
    }

    RawClient connect(String path) throws IOException {
        return new RawClient(port(), path);
    }

    /** Stops the server in another thread, so that the test can watch a connection meanwhile. */
    Thread stopping() {
        closed = true;
        Thread thread = new Thread(() -> {
            try {
                server.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    @Override
    public void close() throws Exception {
        if (!closed) {
            closed = true;
            server.close();
        }
        classes.close();
    }
}
