package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of docs/extensions.md, compiled from the page as it stands there, in the class loader of an application.
 */
class ApplicationExtensionTest {
    private static final String SERVICE = "META-INF/services/dev.hawser.extension.NegotiableExtension";

    /** Echoes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @TempDir
    Path classes;

    private URLClassLoader application;
    private EmbeddedServer server;

    @BeforeEach
    void start() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "extensions.md"));
        int begin = page.indexOf("```java\n") + 8;
        Path source = classes.resolve("Inverted.java");
        Files.writeString(source, page.substring(begin, page.indexOf("```", begin)));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        source.toString());
        assertEquals(0, status, "the example does not compile");
        Files.createDirectories(classes.resolve(SERVICE).getParent());
        Files.writeString(classes.resolve(SERVICE), "example.Inverted\n");
        application = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        server = new EmbeddedServer("/", Echo.class);
        server.context().setClassLoader(application);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        application.close();
    }

    private RawClient open(String offer) throws Exception {
        RawClient client = new RawClient(server.port());
        client.send(RawClient.handshake("/echo", "Sec-WebSocket-Extensions: " + offer));
        client.readHead();
        return client.upgraded();
    }

    @Test
    void theFramesOfASessionPassThroughIt() throws Exception {
        try (RawClient client = open("x-inverted")) {
            assertTrue(client.head().contains("Sec-WebSocket-Extensions: x-inverted\r\n"), client.head());
            client.sendHex("a1 82 00000000 97 96"); // FIN, RSV2, text: ~"hi"
            RawClient.Frame echo = client.readFrame();
            assertEquals(0xA1, echo.first());
            assertEquals((byte) ~'h', echo.payload()[0]);
            assertEquals((byte) ~'i', echo.payload()[1]);
        }
    }

    @Test
    void offersThatItDeclinesAreNotAnswered() throws Exception {
        try (RawClient client = open("x-inverted;a=1")) {
            assertTrue(!client.head().contains("Extensions"), client.head());
            client.assertEchoes("hi");
        }
    }

    @Test
    void itWorksWithCompressionInTheOrderOfTheAnswer() throws Exception {
        try (RawClient client = open("permessage-deflate, x-inverted")) {
            assertTrue(
                    client.head()
                            .contains(
                                    "Sec-WebSocket-Extensions: permessage-deflate;server_no_context_takeover, x-inverted\r\n"),
                    client.head());
            // RFC 7692 7.2.3.1, inverted: f2 48 cd c9 c9 07 00 is "Hello"
            client.sendHex("e1 87 00000000 0d b7 32 36 36 f8 ff");
            RawClient.Frame echo = client.readFrame();
            assertEquals(0xA1, echo.first(), "too short for compression");
            assertEquals((byte) ~'H', echo.payload()[0]);
        }
    }

    @Test
    void otherApplicationsDoNotKnowIt() throws Exception {
        assertEquals(
                List.of("x-inverted", "permessage-deflate"),
                server.serverContainer().getInstalledExtensions().stream()
                        .map(Extension::getName)
                        .toList());
        try (EmbeddedServer other = new EmbeddedServer("/", Echo.class).start()) {
            assertEquals(1, other.serverContainer().getInstalledExtensions().size());
        }
    }

    @Test
    void oneThatCannotBeMadeFailsTheDeploymentAndTheConnect() throws Exception {
        Files.writeString(classes.resolve(SERVICE), "example.Missing\n");
        try (URLClassLoader broken = new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
                EmbeddedServer other = new EmbeddedServer("/", Echo.class)) {
            other.context().setClassLoader(broken);
            Exception refused = assertThrows(Exception.class, other::start);
            assertTrue(refused.toString().contains("example.Missing"), refused.toString());
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(broken);
            try (EndpointClientContainer container = new EndpointClientContainer()) {
                DeploymentException failed = assertThrows(
                        DeploymentException.class,
                        () -> container.connectToServer(Echoing.class, URI.create("ws://127.0.0.1:1/")));
                assertTrue(failed.getMessage().contains("example.Missing"), failed.getMessage());
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }

    /** A client endpoint. */
    @ClientEndpoint
    public static class Echoing {}

    @Test
    void clientsOfTheApplicationOfferIt() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Endpoint endpoint = new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(String.class, received::add);
            }
        };
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(application);
        try (EndpointClientContainer container = new EndpointClientContainer()) {
            Session session = container.connectToServer(
                    endpoint,
                    ClientEndpointConfig.Builder.create().build(),
                    URI.create("ws://127.0.0.1:" + server.port() + "/echo"));
            assertEquals(
                    List.of("x-inverted"),
                    session.getNegotiatedExtensions().stream()
                            .map(Extension::getName)
                            .toList());
            String text = "hello ".repeat(1000);
            session.getBasicRemote().sendText(text);
            assertEquals(text, received.poll(30, TimeUnit.SECONDS));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
