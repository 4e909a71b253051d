package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the container says of a forwarded request counts, and what the application has decided itself. */
class BehindProxyTest {
    private static final String ORIGIN = "Origin: https://chat.example";

    /** Answers with its URI. */
    @ServerEndpoint("/where")
    public static class Where {
        @OnMessage
        public String where(String text, Session session) {
            return session.getRequestURI() + " " + session.getPathParameters();
        }
    }

    /** As a filter or valve that trusts X-Forwarded-Host and -Proto. */
    private static final class Forwarded extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            URI forwarded = URI.create(request.getHeader("X-Forwarded"));
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public String getScheme() {
                            return forwarded.getScheme();
                        }

                        @Override
                        public String getServerName() {
                            return forwarded.getHost();
                        }

                        @Override
                        public int getServerPort() {
                            boolean named = forwarded.getPort() > 0;
                            return named ? forwarded.getPort() : getScheme().equals("https") ? 443 : 80;
                        }
                    },
                    response);
        }
    }

    /** A front controller, which looks at origins itself. */
    private static final class Front extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getParameter("non-blocking") == null) {
                upgrade(request, response);
                return;
            }
            request.startAsync();
            response.getOutputStream().setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() {
                    request.getAsyncContext().complete();
                }

                @Override
                public void onError(Throwable failure) {
                    request.getAsyncContext().complete();
                }
            });
            upgrade(request, response); // before the container has said that it takes a body
        }

        private void upgrade(HttpServletRequest request, HttpServletResponse response) throws IOException {
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Where.class, "/any")
                    .subprotocols(Arrays.asList((String) null))
                    .build();
            try {
                ((ServerContainer) getServletContext().getAttribute(Deployment.SERVER_CONTAINER))
                        .upgradeHttpToWebSocket(request, response, config, Map.of("room", "7"));
            } catch (DeploymentException e) {
                throw new IOException(e);
            }
        }
    }

    private static RawClient connect(TestServer server, String path, String... lines) throws IOException {
        RawClient client = new RawClient(server.port());
        client.send(RawClient.handshake(path, lines));
        client.readHead();
        return client;
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void theOriginIsComparedWithTheForwardedHost(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Where.class).with(new Forwarded()));
                RawClient client = connect(server, "/where?q", ORIGIN, "X-Forwarded: https://chat.example/");
                RawClient port =
                        connect(server, "/where", ORIGIN + ":8443", "X-Forwarded: https://chat.example:8443/");
                RawClient other = connect(server, "/where", ORIGIN, "X-Forwarded: https://other.example/");
                RawClient otherPort = connect(server, "/where", ORIGIN, "X-Forwarded: https://chat.example:8443/");
                RawClient inner =
                        connect(server, "/where", "Origin: http://localhost", "X-Forwarded: https://chat.example/")) {
            client.upgraded().sendText("where");
            assertEquals("wss://chat.example/where?q {}", client.readFrame().text());
            port.upgraded().sendText("where");
            assertEquals("wss://chat.example:8443/where {}", port.readFrame().text());
            assertEquals(403, other.status());
            assertEquals(403, otherPort.status());
            assertEquals(403, inner.status());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void theHostIsThatOfTheClientWhereNothingIsForwarded(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Where.class))) {
            for (String host : new String[] {"localhost", "localhost:" + server.port(), "[::1]", "[::1]:8080"}) {
                String request = RawClient.handshake("/where", "Origin: http://" + host)
                        .replace("Host: localhost", "Host: " + host);
                try (RawClient client = new RawClient(server.port())) {
                    client.send(request);
                    client.readHead();
                    client.upgraded().sendText("where");
                    assertEquals(
                            "ws://" + host + "/where {}", client.readFrame().text());
                }
            }
        }
    }

    /** Spring, for one, has checked the origin before it asks for the upgrade. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void whoUpgradesARequestHasDecidedOnItsOrigin(Container container) throws Exception {
        try (TestServer server = container.start(Application.of().with(new Front()));
                RawClient client = connect(server, "/front", ORIGIN)) {
            client.upgraded().sendText("where");
            assertEquals("ws://localhost/front {room=7}", client.readFrame().text());
        }
    }

    @ParameterizedTest
    @CsvSource({"same-origin, 403", "https://other.example, 403", "https://chat.example, 101", "*, 101"})
    void anExplicitSettingMayStillRefuseIt(String allowed, int status) throws Exception {
        for (Container container : Container.underTest().toList()) {
            Application application =
                    Application.of().with(new Front()).with(Map.of("dev.hawser.allowedOrigins", allowed));
            try (TestServer server = container.start(application);
                    RawClient client = connect(server, "/front", ORIGIN)) {
                assertEquals(status, client.status(), container + ": " + client.head());
            }
        }
    }

    /** Spring WebFlux writes its responses without blocking. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aRefusalWhereNothingMayBlockKeepsItsStatus(Container container) throws Exception {
        Application application =
                Application.of().with(new Front()).with(Map.of("dev.hawser.allowedOrigins", "same-origin"));
        try (TestServer server = container.start(application);
                RawClient client = connect(server, "/front?non-blocking", ORIGIN)) {
            assertEquals(403, client.status(), client.head());
        }
    }
}
