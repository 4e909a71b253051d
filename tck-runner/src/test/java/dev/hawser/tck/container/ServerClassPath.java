package dev.hawser.tck.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What the server has on its class path: the container that was chosen with {@code -Dcontainer}, its class that the
 * tests speak to, and, unless the implementation is to lie in each WAR, the implementation and the WebSocket API.
 *
 * <p>Maven writes the jars of each container down, since they do not fit together: Tomcat 10.1 has the same classes as
 * 11, and Jakarta EE 10 other versions of the APIs than 11.
 */
final class ServerClassPath {
    private static final String API = "jakarta/websocket/server/ServerEndpoint.class";
    private static final String CLIENT_API = "jakarta/websocket/Session.class";
    private static final String INITIALIZER = "dev/hawser/servlet/HawserInitializer.class";

    private ServerClassPath() {}

    /** Directories and jars, in their order. */
    static List<Path> of(Placement placement) throws IOException {
        List<Path> container = ofContainer();
        List<Path> path = new ArrayList<>();
        path.add(Path.of(property("sources"), property("name"), "resources"));
        path.add(ofTests("dev/hawser/tck/container/ContainerUnderTest.class").orElseThrow());
        boolean bringsApi = anyContains(container, CLIENT_API);
        if (placement == Placement.SERVER) {
            path.addAll(container);
            ofTests(INITIALIZER).ifPresent(path::add);
            if (!bringsApi) {
                ofTests(API).ifPresent(path::add);
                ofTests(CLIENT_API).ifPresent(path::add);
            }
        } else {
            for (Path element : container) {
                if (!contains(element, API) && !contains(element, CLIENT_API)) {
                    path.add(element);
                }
            }
        }
        return path;
    }

    /** The jar of the implementation under test, if it is ours: on the server's class path, or in each WAR. */
    static Optional<Path> implementation(Placement placement) throws IOException {
        if (placement == Placement.SERVER) {
            return ofTests(INITIALIZER);
        }
        for (Path jar : placement.jarsForEachApplication()) {
            if (contains(jar, INITIALIZER)) {
                return Optional.of(jar);
            }
        }
        return Optional.empty();
    }

    /** Those that Maven resolved for it, and those that it copied since the build has another version of them. */
    private static List<Path> ofContainer() throws IOException {
        Path resolved = Path.of(property("class-paths"), property("name") + ".classpath");
        Path copied = Path.of(property("class-paths"), property("name"));
        List<Path> path = new ArrayList<>();
        if (Files.exists(resolved)) {
            path.addAll(split(Files.readString(resolved).strip()));
        }
        if (Files.isDirectory(copied)) {
            try (Stream<Path> jars = Files.list(copied)) {
                path.addAll(jars.sorted().toList());
            }
        }
        if (path.isEmpty()) {
            throw new IllegalStateException("No container \"" + property("name")
                    + "\": expected jetty, jetty-ee10, tomcat10, tomcat or undertow, run by mvn verify");
        }
        return path;
    }

    private static List<Path> split(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
    }

    /** The first element of the tests' own class path that has an entry. */
    private static Optional<Path> ofTests(String entry) throws IOException {
        for (Path element : split(System.getProperty("java.class.path"))) {
            if (contains(element, entry)) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }

    private static boolean anyContains(List<Path> elements, String entry) throws IOException {
        for (Path element : elements) {
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

    private static String property(String name) {
        String value = System.getProperty("hawser.suite.container." + name);
        if (value == null) {
            throw new IllegalStateException(
                    "-Dhawser.suite.container." + name + " is not set: run this with mvn verify");
        }
        return value;
    }
}
