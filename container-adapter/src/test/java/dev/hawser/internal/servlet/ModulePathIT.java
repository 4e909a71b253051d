package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The jars as modules: what they export, and a program on the module path that requires nothing but
 * {@code jakarta.websocket.client}.
 */
class ModulePathIT {
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
                    System.out.println(Main.class.getModule() + ", " + container.getClass().getModule().getName()
                            + ", server API: " + ModuleLayer.boot().findModule("jakarta.websocket").isPresent());
                }

                private static void talk(Session session) throws Exception {
                    System.out.println(TOLD.poll(30, TimeUnit.SECONDS));
                    session.getBasicRemote().sendText("hello");
                    System.out.println(TOLD.poll(30, TimeUnit.SECONDS));
                    session.close();
                }
            }
            """;

    /** Where the classes are, and what else has to be on the path. */
    enum Jar {
        /** The one jar, which brings the server's half and needs its API. */
        SHIPPED("dev.hawser.websocket", true),
        /** The engine and the client. */
        API_IMPL("dev.hawser.core", false);

        private final String module;
        private final boolean serverApi;

        Jar(String module, boolean serverApi) {
            this.module = module;
            this.serverApi = serverApi;
        }

        private Path path() {
            Path target = Path.of(System.getProperty("hawser.jars"));
            if (this == SHIPPED) {
                return target.resolve(System.getProperty("hawser.jars.name") + ".jar");
            }
            String name = "hawser-api-impl-" + System.getProperty("hawser.jars.version") + ".jar";
            return target.resolve("../../api-impl/target").resolve(name);
        }

        private Stream<Path> withWhatItNeeds() throws Exception {
            Path api = jarOf(ClientEndpoint.class);
            return serverApi
                    ? Stream.of(path(), api, jarOf(ServerEndpoint.class))
                    : Stream.of(path(), api, jarOf(tlschannel.TlsChannel.class));
        }
    }

    /** Echoes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aModuleThatOnlyRequiresTheClientApiConnectsEndpointsOfAllKinds(Jar jar) throws Exception {
        String path = Stream.concat(Stream.of(compiled()), jar.withWhatItNeeds())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Path output = folder.resolve("output.txt");
        try (TestServer server = Container.JETTY.start(Application.of(Echo.class))) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-p",
                            path,
                            "-m",
                            "talker/talker.Main",
                            "ws://127.0.0.1:" + server.port() + "/echo")
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
                    module talker, %s, server API: %s
                    """.formatted(jar.module, jar.serverApi), printed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJarIsAModuleThatExportsWhatIsPublicAndNothingElse(Jar jar) {
        ModuleDescriptor module = descriptor(jar);
        Set<String> exported =
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet());
        Set<String> publicOnes = module.packages().stream()
                .filter(name -> !name.startsWith("dev.hawser.internal") && !name.startsWith("dev.hawser.shaded"))
                .collect(Collectors.toSet());
        assertEquals(publicOnes, exported);
        assertTrue(module.exports().stream().noneMatch(ModuleDescriptor.Exports::isQualified));
        assertTrue(module.opens().isEmpty());
    }

    @Test
    void whatOnlySomeServersHaveIsNotRequiredToRun() {
        Set<String> always = descriptor(Jar.SHIPPED).requires().stream()
                .filter(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());
        assertEquals(Set.of("java.base", "jakarta.websocket", "jakarta.websocket.client"), always);
    }

    private static ModuleDescriptor descriptor(Jar jar) {
        return ModuleFinder.of(jar.path()).find(jar.module).orElseThrow().descriptor();
    }

    /** The program as a folder of classes. */
    private Path compiled() throws Exception {
        Path modules = Files.createDirectory(folder.resolve("modules"));
        Path sources = Files.createDirectories(folder.resolve("sources").resolve("talker"));
        Path descriptor = Files.writeString(sources.resolveSibling("module-info.java"), MODULE);
        Path main = Files.writeString(sources.resolve("Main.java"), MAIN);
        List<String> options = List.of(
                "-proc:none",
                "-d",
                modules.toString(),
                "-p",
                jarOf(ClientEndpoint.class).toString(),
                descriptor.toString(),
                main.toString());
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
        assertEquals(0, result, "the module compiles");
        return modules;
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
