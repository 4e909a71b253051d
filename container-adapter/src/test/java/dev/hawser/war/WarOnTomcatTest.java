package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.server.EndpointServerContainer;
import dev.hawser.servlet.HawserInitializer;
import dev.hawser.servlet.RawClient;
import jakarta.annotation.Resource;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The drop-in jar in WEB-INF/lib of a real WAR, on Tomcat 10.1 and 11, with and without Tomcat's own WebSocket. */
class WarOnTomcatTest {
    private static final String HAWSER = "dev.hawser.server.EndpointServerContainer";
    private static final String TOMCATS = "org.apache.tomcat.websocket.server.WsServerContainer";

    private final RecordedLog log = new RecordedLog("dev.hawser.servlet");

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "11"})
    void theDropInJarNeedsNothingOfTheServer(String version) throws Exception {
        try (Server server = new Server(version, Beside.NOTHING, war(""), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertEquals("hawser.jar hawser.jar", client.readFrame().text());
            client.assertEchoes("hello");
            assertEquals(HAWSER, server.serverContainer());
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "11"})
    void stopSends1001(String version) throws Exception {
        try (Server server = new Server(version, Beside.NOTHING, war(""), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            Thread stop = new Thread(server::close);
            stop.start();
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9});
            stop.join(20_000);
            assertFalse(stop.isAlive());
        }
    }

    @ParameterizedTest
    @CsvSource({"10, replace", "11, replace", "11, yield"})
    void tomcatsOwnServesWithOneWarningThatNamesBothAndTheRemedy(String version, String policy) throws Exception {
        try (Server server = new Server(
                        version, Beside.TOMCATS_WEBSOCKET, war(""), Map.of("dev.hawser.onConflict", policy));
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("tomcat-embed-websocket"));
            assertEquals(TOMCATS, server.serverContainer());
            assertEquals(1, log.warnings().size(), log.warnings().toString());
            String warning = log.warnings().get(0);
            assertTrue(warning.contains("Hawser and " + TOMCATS), warning);
            assertTrue(
                    warning.contains("containerSciFilter=\"org\\.apache\\.tomcat\\.websocket\\.server\\.WsSci\""),
                    warning);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "11"})
    void theLineInContextXmlIsTheRemedy(String version) throws Exception {
        Archive war = war(
                "<filter><filter-name>guard</filter-name><filter-class>dev.hawser.war.WarGuard</filter-class></filter>"
                        + "<filter-mapping><filter-name>guard</filter-name><url-pattern>/*</url-pattern></filter-mapping>");
        war.webClass(WarGuard.class)
                .file(
                        "META-INF/context.xml",
                        "<Context containerSciFilter=\"org\\.apache\\.tomcat\\.websocket\\.server\\.WsSci\"/>");
        try (Server server = new Server(version, Beside.TOMCATS_WEBSOCKET, war, Map.of());
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status());
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("hawser.jar "));
            assertEquals(HAWSER, server.serverContainer());
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "11"})
    void failRefusesToStart(String version) {
        // Tomcat logs why; the same application starts under the other policies.
        Exception failure = assertThrows(
                Exception.class,
                () -> new Server(version, Beside.TOMCATS_WEBSOCKET, war(""), Map.of("dev.hawser.onConflict", "fail")));
        assertEquals("The context did not start", failure.getMessage());
        assertTrue(log.warnings().isEmpty(), log.warnings().toString());
    }

    /** Both jars on the server's class path, ours first: then Tomcat's initializer runs after ours. */
    @ParameterizedTest
    @ValueSource(strings = {"replace", "yield"})
    void tomcatsOwnServesAlsoIfItComesLater(String policy) throws Exception {
        Archive war = new Archive().webClass(WarEcho.class);
        try (Server server = new Server("11", Beside.BOTH, war, Map.of("dev.hawser.onConflict", policy));
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("tomcat-embed-websocket"));
            assertEquals(TOMCATS, server.serverContainer());
            assertEquals(1, log.warnings().size(), log.warnings().toString());
        }
    }

    private static Archive war(String webXml) throws IOException {
        return new Archive()
                .file(
                        "WEB-INF/web.xml",
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">"
                                + webXml + "</web-app>")
                .file("WEB-INF/lib/hawser.jar", WarServer.dropinJar())
                .webClass(WarEcho.class);
    }

    /** What the server's class path has beside Tomcat. */
    private enum Beside {
        NOTHING,
        TOMCATS_WEBSOCKET,
        /** Hawser, then Tomcat's own. */
        BOTH
    }

    /** A {@link BareTomcat} in a class loader with the jars of one version. */
    private static final class Server implements AutoCloseable {
        private final Classes classes;
        private final AutoCloseable tomcat;
        private final AtomicBoolean closed = new AtomicBoolean();

        Server(String version, Beside beside, Archive war, Map<String, String> parameters) throws Exception {
            Path file = Files.createTempFile("hawser-test", ".war");
            file.toFile().deleteOnExit();
            Files.write(file, war.build());
            classes = new Classes(classPath(version, beside));
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(classes);
            try {
                tomcat = (AutoCloseable) classes.loadClass(BareTomcat.class.getName())
                        .getConstructor(Path.class, Map.class)
                        .newInstance(file, parameters);
            } catch (InvocationTargetException e) {
                classes.close();
                throw e.getCause() instanceof Exception cause ? cause : e;
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static URL[] classPath(String version, Beside beside) throws IOException {
            List<URL> urls = new ArrayList<>();
            if (beside == Beside.BOTH) {
                Path jar = Files.createTempFile("hawser-server", ".jar");
                jar.toFile().deleteOnExit();
                Files.write(
                        jar,
                        new Archive()
                                .allFrom(HawserInitializer.class)
                                .allFrom(EndpointServerContainer.class)
                                .allFrom(ServerContainer.class)
                                .allFrom(Session.class)
                                .build());
                urls.add(jar.toUri().toURL());
            }
            String wanted = beside == Beside.NOTHING ? "tomcat-embed-core-" : "tomcat-embed-";
            try (DirectoryStream<Path> jars =
                    Files.newDirectoryStream(Path.of(System.getProperty("hawser.test.tomcats")), wanted + "*.jar")) {
                for (Path jar : jars) {
                    if (jar.getFileName().toString().matches("tomcat-embed-[a-z]+-" + version + "\\..*")) {
                        urls.add(jar.toUri().toURL());
                    }
                }
            }
            urls.add(Archive.sourceOf(Resource.class).toUri().toURL());
            if (beside == Beside.TOMCATS_WEBSOCKET) {
                urls.add(Archive.sourceOf(ServerContainer.class).toUri().toURL());
                urls.add(Archive.sourceOf(Session.class).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @SuppressWarnings("unchecked")
        private Map<String, Object> facts() {
            return ((Supplier<Map<String, Object>>) tomcat).get();
        }

        String serverContainer() {
            return (String) facts().get("container");
        }

        RawClient connect(String path) throws IOException {
            return new RawClient((Integer) facts().get("port"), path);
        }

        /** Once. */
        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            try {
                tomcat.close();
                classes.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Of the tests' own classes only {@link BareTomcat}. */
    private static final class Classes extends URLClassLoader {
        Classes(URL[] urls) {
            super(urls, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.equals(BareTomcat.class.getName())) {
                return super.findClass(name);
            }
            try (InputStream in = BareTomcat.class.getResourceAsStream("BareTomcat.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
