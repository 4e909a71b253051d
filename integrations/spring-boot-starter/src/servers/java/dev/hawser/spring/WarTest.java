package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * The application as a WAR on a Tomcat that does not know Spring: the container calls Hawser's initializer with the
 * endpoint classes that it has scanned, and the starter serves them all the same, as beans, with the properties of
 * the application.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a server scans sixty jars and starts Spring Boot
class WarTest {
    /** What the tests need, and the clients of brokers, which the application does not use. */
    private static final String NOT_IN_THE_WAR = "(junit|surefire|opentest4j|artemis|netty|reactor-netty|lettuce"
            + "|spring-data-redis|hawser-(redis|nats|broker)).*";

    @Component
    public static class Greetings {
        String greet(String name) {
            return "hello " + name;
        }
    }

    @ServerEndpoint("/greeting")
    public static class Greeting {
        private final Greetings greetings;

        public Greeting(Greetings greetings) {
            this.greetings = greetings;
        }

        @OnMessage
        public String answer(String name, Session session) {
            return greetings.greet(name) + " " + (session instanceof HawserSession) + " "
                    + session.getMaxTextMessageBufferSize();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Greetings.class, Greeting.class})
    public static class App extends SpringBootServletInitializer {
        @Override
        protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
            return builder.sources(App.class)
                    .properties(
                            "spring.main.banner-mode=off",
                            "logging.level.root=error",
                            SpringApp.WITHOUT_SECURITY,
                            "hawser.max-text-message-size=128KB");
        }
    }

    @TempDir
    Path folder;

    @Test
    void aWarOnTomcatHasOneContainerAndItsEndpointsAreBeans() throws Exception {
        List<URL> server = war();
        try (URLClassLoader loader =
                new URLClassLoader(server.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            // A JVM has room for one such factory, and the Tomcats of other tests need it.
            loader.loadClass("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory")
                    .getMethod("disable")
                    .invoke(null);
            Object tomcat = loader.loadClass("org.apache.catalina.startup.Tomcat")
                    .getConstructor()
                    .newInstance();
            try {
                call(tomcat, "setBaseDir", folder.resolve("base").toString());
                tomcat.getClass().getMethod("setPort", int.class).invoke(tomcat, 0);
                Object connector = tomcat.getClass().getMethod("getConnector").invoke(tomcat);
                Object context = tomcat.getClass()
                        .getMethod("addWebapp", String.class, String.class)
                        .invoke(tomcat, "/app", folder.resolve("war").toString());
                // Else it looks at the class path of this JVM, which a server's own does not have.
                context.getClass()
                        .getMethod("setParentClassLoader", ClassLoader.class)
                        .invoke(context, loader);
                Object scanner = context.getClass().getMethod("getJarScanner").invoke(context);
                scanner.getClass().getMethod("setScanClassPath", boolean.class).invoke(scanner, false);
                tomcat.getClass().getMethod("start").invoke(tomcat);
                Object port = connector.getClass().getMethod("getLocalPort").invoke(connector);
                try (Peer peer = Peer.connect(URI.create("ws://127.0.0.1:" + port + "/app/greeting"))) {
                    assertEquals("hello war true 131072", peer.send("war").receive());
                }
            } finally {
                tomcat.getClass().getMethod("stop").invoke(tomcat);
                tomcat.getClass().getMethod("destroy").invoke(tomcat);
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }

    private static void call(Object target, String method, String argument) throws ReflectiveOperationException {
        target.getClass().getMethod(method, String.class).invoke(target, argument);
    }

    /** Lays the class path out as a WAR, and answers what is left for the server. */
    private List<URL> war() throws IOException {
        Path lib = Files.createDirectories(folder.resolve("war/WEB-INF/lib"));
        List<URL> server = new ArrayList<>();
        int number = 0;
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String element : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            String name = String.valueOf(path.getFileName());
            if (name.startsWith("tomcat-embed-") || name.startsWith("jakarta.annotation-api-")) {
                server.add(path.toUri().toURL());
            } else if (Files.isDirectory(path)) {
                jar(path, lib.resolve("classes-" + number++ + ".jar"));
            } else if (Files.exists(path) && !Files.exists(lib.resolve(name)) && !name.matches(NOT_IN_THE_WAR)) {
                Files.copy(path, lib.resolve(name));
            }
        }
        assertTrue(server.size() > 1, "no Tomcat on the class path");
        return server;
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                var files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(each).toString().replace(File.separatorChar, '/');
                // Other tests of this class path are applications of their own.
                if (!name.startsWith("dev/hawser/spring/")
                        || !name.matches(".*Test(\\$.*)?\\.class")
                        || name.contains("/WarTest")) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(each, out);
                    out.closeEntry();
                }
            }
        }
    }
}
