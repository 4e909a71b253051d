package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program on the module path whose module requires nothing but {@code jakarta.websocket.client}: there is no package
 * {@code jakarta.websocket.server} in its module graph.
 */
class JpmsClientTest {
    private static final String MODULE = "module talker { requires jakarta.websocket.client; exports talker; }";

    /** Connects an annotated endpoint and a programmatic one, and prints what the echo says. */
    private static final String MAIN = """
            package talker;

            import jakarta.websocket.*;
            import java.net.URI;
            import java.util.concurrent.*;

            public class Main {
                static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

                @ClientEndpoint
                public static class Annotated {
                    @OnOpen
                    public void open(Session session, EndpointConfig config) {
                        TOLD.add("open");
                    }

                    @OnMessage
                    public void message(String text, Session session) {
                        TOLD.add("annotated " + text);
                    }
                }

                public static class Programmatic extends Endpoint {
                    @Override
                    public void onOpen(Session session, EndpointConfig config) {
                        session.addMessageHandler(String.class, text -> TOLD.add("programmatic " + text));
                        TOLD.add("open");
                    }
                }

                public static void main(String[] arguments) throws Exception {
                    URI uri = URI.create(arguments[0]);
                    WebSocketContainer container = ContainerProvider.getWebSocketContainer();
                    talk(container.connectToServer(Annotated.class, uri));
                    talk(container.connectToServer(new Annotated(), uri));
                    ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
                    talk(container.connectToServer(Programmatic.class, config, uri));
                    talk(container.connectToServer(new Programmatic(), config, uri));
                    System.out.println(Main.class.getModule() + ", server package: "
                            + ModuleLayer.boot().findModule("jakarta.websocket").isPresent());
                }

                private static void talk(Session session) throws Exception {
                    System.out.println(TOLD.poll(10, TimeUnit.SECONDS));
                    session.getBasicRemote().sendText("hello");
                    System.out.println(TOLD.poll(10, TimeUnit.SECONDS));
                    session.close();
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void aModuleThatOnlyRequiresTheClientApiConnectsEndpointsOfAllKinds() throws Exception {
        Path modules = Files.createDirectory(folder.resolve("modules"));
        String path = String.join(
                java.io.File.pathSeparator,
                compiled(modules).toString(),
                ours().toString(),
                jarOf(jakarta.websocket.ClientEndpoint.class).toString(),
                jarOf(tlschannel.TlsChannel.class).toString());
        Path output = folder.resolve("output.txt");
        try (EchoSelector server = new EchoSelector()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-p",
                            path,
                            "-m",
                            "talker/talker.Main",
                            server.uri().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(50, TimeUnit.SECONDS);
            process.destroyForcibly();
            String printed = Files.readString(output);
            assertTrue(ended, printed);
            assertEquals("""
                    open
                    annotated hello
                    open
                    annotated hello
                    open
                    programmatic hello
                    open
                    programmatic hello
                    module talker, server package: false
                    """, printed);
        }
    }

    /** The module as a folder of classes. */
    private Path compiled(Path modules) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("sources").resolve("talker"));
        Path descriptor = Files.writeString(sources.resolveSibling("module-info.java"), MODULE);
        Path main = Files.writeString(sources.resolve("Main.java"), MAIN);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-d",
                        modules.toString(),
                        "-p",
                        jarOf(jakarta.websocket.ClientEndpoint.class).toString(),
                        descriptor.toString(),
                        main.toString());
        assertEquals(0, result, "the module compiles");
        return modules;
    }

    /** Our classes as the automatic module that the shipped jar is. */
    private Path ours() throws Exception {
        Path classes = jarOf(EndpointClientContainer.class);
        Path jar = folder.resolve("hawser.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "dev.hawser.websocket");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> contents =
                    new ArrayList<>(files.filter(Files::isRegularFile).toList());
            for (Path file : contents) {
                String name = classes.relativize(file).toString().replace(java.io.File.separatorChar, '/');
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    entries.putNextEntry(new JarEntry(name));
                    Files.copy(file, entries);
                    entries.closeEntry();
                }
            }
        }
        return jar;
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
