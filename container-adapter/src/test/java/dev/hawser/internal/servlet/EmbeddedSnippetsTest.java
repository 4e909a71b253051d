package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.servlet.HawserInitializer;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The snippets of docs/containers.md: each stands here between two marks, works, and is in the page word for word. */
class EmbeddedSnippetsTest {
    @ServerEndpoint("/echo")
    public static class EchoEndpoint {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    private final int port = 0;

    @Test
    void jetty() throws Exception {
        // begin jetty
        Server server = new Server(port);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), EchoEndpoint.class);
        server.setHandler(context);
        server.start();
        // end jetty
        assertEchoes(((ServerConnector) server.getConnectors()[0]).getLocalPort());
        server.stop();
    }

    @Test
    void jettyHandlers() throws Exception {
        Server server = new Server(port);
        Handler yours = new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "not a servlet", callback);
                return true;
            }
        };
        // begin jetty-handlers
        ServletContextHandler context = new ServletContextHandler("/ws");
        context.addServletContainerInitializer(new HawserInitializer(), EchoEndpoint.class);
        server.setHandler(new Handler.Sequence(context, yours));
        // end jetty-handlers
        server.start();
        int listening = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        assertEchoes(listening, "/ws/echo");
        try (RawClient client = new RawClient(listening)) {
            client.send("GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String answer = new String(client.readToEnd(), StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith("not a servlet"), answer);
        }
        server.stop();
    }

    @Test
    void tomcat() throws Exception {
        TomcatURLStreamHandlerFactory.disable();
        String folder = Files.createTempDirectory("hawser-tomcat").toString();
        // begin tomcat
        Tomcat tomcat = new Tomcat();
        tomcat.setPort(port);
        Context context = tomcat.addContext("", folder);
        context.addServletContainerInitializer(new HawserInitializer(), Set.of(EchoEndpoint.class));
        Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
        tomcat.getConnector();
        tomcat.start();
        // end tomcat
        assertEchoes(tomcat.getConnector().getLocalPort());
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void undertow() throws Exception {
        // begin undertow
        DeploymentManager manager = Servlets.defaultContainer()
                .addDeployment(Servlets.deployment()
                        .setClassLoader(EchoEndpoint.class.getClassLoader())
                        .setContextPath("/")
                        .setDeploymentName("echo")
                        .addServletContainerInitializer(new ServletContainerInitializerInfo(
                                HawserInitializer.class, Set.of(EchoEndpoint.class))));
        manager.deploy();
        Undertow undertow = Undertow.builder()
                .addHttpListener(port, "127.0.0.1")
                .setHandler(manager.start())
                .build();
        undertow.start();
        // end undertow
        int listening = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        try (RawClient client = new RawClient(listening, "/echo")) {
            client.upgraded().assertEchoes("hello");
            // begin undertow-stop
            manager.stop();
            manager.undeploy();
            undertow.stop();
            // end undertow-stop
            assertEquals(1001, client.readCloseCode());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "internal/servlet/EmbeddedSnippetsTest, jetty",
        "internal/servlet/EmbeddedSnippetsTest, jetty-handlers",
        "war/OnEe10, jetty",
        "internal/servlet/EmbeddedSnippetsTest, tomcat",
        "internal/servlet/EmbeddedSnippetsTest, undertow",
        "internal/servlet/EmbeddedSnippetsTest, undertow-stop",
        "internal/servlet/Http2TunnelTest, without-http2"
    })
    void thePageHasTheSnippetWordForWord(String test, String name) throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/hawser", test + ".java"));
        int begin = source.indexOf("// begin " + name + System.lineSeparator());
        String snippet = source.substring(
                source.indexOf(System.lineSeparator(), begin), source.indexOf("// end " + name, begin));
        assertFalse(snippet.isBlank());
        String page = Files.readString(Path.of("../docs/containers.md"));
        assertTrue(words(page).contains(words(snippet)), "docs/containers.md does not have" + snippet);
    }

    /** Without the white space, which the formatter of the source decides about. */
    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static void assertEchoes(int port) throws IOException {
        assertEchoes(port, "/echo");
    }

    private static void assertEchoes(int port, String path) throws IOException {
        try (RawClient client = new RawClient(port, path)) {
            client.upgraded().assertEchoes("hello");
        }
    }
}
