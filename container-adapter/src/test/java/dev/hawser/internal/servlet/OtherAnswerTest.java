package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A filter of the application has the last word on the response: if that is no 101, there is no web socket, and HTTP
 * goes on.
 */
class OtherAnswerTest {
    /** What the endpoint was told. */
    private static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnOpen
        public void open() {
            TOLD.add("open");
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnClose
        public void close() {
            TOLD.add("close");
        }
    }

    /** What a filter does to the response of the handshake. */
    enum Deed {
        COMMITS_BEFORE(200, "done") {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                response.setContentLength(4);
                response.getOutputStream().print("done");
                response.flushBuffer();
                chain.doFilter(request, response);
            }
        },
        SETS_A_STATUS(202, null) {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(202);
                response.setContentLength(0);
            }
        },
        ANSWERS_WITH_A_BODY(200, "other") {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.setStatus(200);
                response.setContentLength(5);
                response.getOutputStream().print("other");
            }
        },
        SENDS_AN_ERROR(503, null) {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.sendError(503);
            }
        },
        REDIRECTS(302, null) {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.sendRedirect("/elsewhere");
            }
        },
        RESETS(200, "reset") {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.reset();
                response.setContentLength(5);
                response.getOutputStream().print("reset");
            }
        },
        THROWS(500, null) {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
                throw new IOException("on purpose");
            }
        },
        THROWS_AN_ERROR(500, null) {
            @Override
            void after(HttpServletRequest request, HttpServletResponse response) {
                throw new NoClassDefFoundError("on purpose");
            }
        };

        final int status;
        final String body;

        Deed(int status, String body) {
            this.status = status;
            this.body = body;
        }

        void run(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
            after(request, response);
        }

        void after(HttpServletRequest request, HttpServletResponse response) throws IOException {}
    }

    /** Does its deed to the handshake, and answers all other requests. */
    private static final class Doer extends HttpFilter {
        private static final long serialVersionUID = 1;
        final Deed deed;

        Doer(Deed deed) {
            this.deed = deed;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (request.getRequestURI().equals("/echo")) {
                deed.run(request, response, chain);
                return;
            }
            response.setContentLength(4);
            response.getOutputStream().print("next");
        }
    }

    static Stream<Arguments> deeds() {
        return Container.underTest().flatMap(c -> Stream.of(Deed.values()).map(d -> Arguments.of(c, d)));
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void theFiltersAnswerGoesOutAndTheConnectionStaysHttp(Container container, Deed deed) throws Exception {
        TOLD.clear();
        Application application = Application.of(Echo.class)
                .with(Map.of("dev.hawser.stopTimeout", "300s"))
                .with(new Doer(deed));
        try (TestServer server = container.start(application);
                RawClient client = server.connect("/echo")) {
            assertEquals(deed.status, client.status(), client.head());
            if (client.head().toLowerCase(java.util.Locale.ROOT).contains("content-length")) {
                String body = client.readBody();
                if (deed.body != null) {
                    assertEquals(deed.body, body);
                }
            } else {
                assertTrue(deed.body == null, client.head());
            }
            if (client.head().toLowerCase(java.util.Locale.ROOT).contains("connection: close")) {
                assertEquals(0, client.readToEnd().length);
                assertTrue(deed.status >= 500, client.head()); // which Tomcat closes behind
            } else {
                client.send("GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
                client.readHead();
                assertEquals(200, client.status(), client.head());
                assertEquals("next", client.readBody());
            }
            // A stop waits for accepted handshakes: none is left to wait for.
            assertTimeoutPreemptively(Duration.ofSeconds(30), server::undeploy);
            assertEquals(List.of(), List.copyOf(TOLD));
        }
    }

    /** The body of a 101 that a filter counts on before it knows better. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void aContentLengthThatAFilterHasSetBeforeIsTakenBack(Container container) throws Exception {
        HttpFilter counting = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                response.setContentLength(5);
                response.setContentType("text/html");
                chain.doFilter(request, response);
            }
        };
        try (TestServer server = container.start(Application.of(Echo.class).with(counting));
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            assertFalse(client.head().toLowerCase(java.util.Locale.ROOT).contains("content-length"), client.head());
        }
    }

    /** A filter may look at the answer, and send it itself. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void aFilterThatFlushesTheAnswerDoesNoHarm(Container container) throws Exception {
        HttpFilter flushing = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                chain.doFilter(request, response);
                if (response.getStatus() == 101 || request.getMethod().equals("CONNECT")) {
                    response.flushBuffer();
                }
            }
        };
        try (TestServer server = container.start(Application.of(Echo.class).with(flushing));
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aCommittedResponseCannotBeUpgraded(Container container) throws Exception {
        HttpServlet front = new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.setContentLength(4);
                response.getOutputStream().flush();
                String outcome = "nope";
                try {
                    ((ServerContainer) getServletContext().getAttribute(Deployment.SERVER_CONTAINER))
                            .upgradeHttpToWebSocket(
                                    request,
                                    response,
                                    ServerEndpointConfig.Builder.create(Echo.class, "/any")
                                            .build(),
                                    Map.of());
                } catch (IllegalStateException e) {
                    outcome = "told";
                } catch (DeploymentException e) {
                    throw new IOException(e);
                }
                response.getOutputStream().print(outcome);
            }
        };
        TOLD.clear();
        try (TestServer server = container.start(Application.of().with(front));
                RawClient client = server.connect("/front")) {
            assertEquals(200, client.status(), client.head());
            assertEquals("told", client.readBody());
            assertEquals(List.of(), List.copyOf(TOLD));
        }
    }
}
