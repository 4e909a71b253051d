package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Hawser on an embedded Jetty, installed by one line: what the filter lets through, answers and refuses; stop and
 * settings.
 */
class EmbeddedJettyTest {
    static final BlockingQueue<CloseReason> CLOSED = new LinkedBlockingQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnClose
        public void closed(CloseReason reason) {
            CLOSED.add(reason);
        }
    }

    /** A path must begin with a slash. */
    @ServerEndpoint("no-slash")
    public static class Bad {}

    @ServerEndpoint("/rooms/{room}")
    public static class Room {
        @OnMessage
        public String where(String text, @PathParam("room") String room, Session session) {
            Principal user = session.getUserPrincipal();
            return text + "@" + room + (user == null ? "" : " by " + user.getName());
        }
    }

    @Test
    void anAnnotatedEndpointEchoes() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", Echo.class).start();
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            assertTrue(client.head().contains("Upgrade: websocket"), client.head());
            assertTrue(client.head().contains("Connection: Upgrade"), client.head());
        }
    }

    @Test
    void pathsAreRelativeToTheContext() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/app", Room.class).start();
                RawClient client = server.connect("/app/rooms/blue%20room;v=1?x=y")) {
            client.upgraded().sendText("hi");
            assertEquals("hi@blue room", client.readFrame().text());
        }
    }

    @Test
    void aPathWithoutEndpointReachesTheApplicationUntouched() throws Exception {
        HttpServlet page = new HttpServlet() {
            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.getOutputStream().print("page, upgrade=" + request.getHeader("Upgrade"));
            }
        };
        try (EmbeddedServer server =
                new EmbeddedServer("/", Echo.class).with("/page", page).start()) {
            try (RawClient client = server.connect("/page")) {
                assertEquals(200, client.status());
                assertEquals("page, upgrade=websocket", client.readBody());
            }
            try (RawClient client = new RawClient(server.port())) {
                client.send("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
                client.readHead();
                assertEquals("page, upgrade=null", client.readBody());
            }
        }
    }

    @Test
    void theEndpointsPathWithoutUpgradeReachesTheApplication() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", Echo.class).start();
                RawClient client = new RawClient(server.port())) {
            client.send("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client.readHead();
            assertEquals(404, client.status());
        }
    }

    @Test
    void aUserFilterThatAnswers401Wins() throws Exception {
        HttpFilter guard = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                response.sendError(401);
            }
        };
        try (EmbeddedServer server =
                        new EmbeddedServer("/", Echo.class).with(guard).start();
                RawClient client = server.connect("/echo")) {
            assertEquals(401, client.status());
        }
    }

    @Test
    void whatAUserFilterWrapsCounts() throws Exception {
        HttpFilter login = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                chain.doFilter(
                        new HttpServletRequestWrapper(request) {
                            @Override
                            public Principal getUserPrincipal() {
                                return () -> "ada";
                            }
                        },
                        response);
            }
        };
        try (EmbeddedServer server =
                        new EmbeddedServer("/", Room.class).with(login).start();
                RawClient client = server.connect("/rooms/1")) {
            client.upgraded().sendText("hi");
            assertEquals("hi@1 by ada", client.readFrame().text());
        }
    }

    @Test
    void aMalformedHandshakeIsRefusedWithStatusHeadersAndBody() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", Echo.class).start();
                RawClient client = new RawClient(server.port())) {
            client.send(RawClient.handshake("/echo").replace("Version: 13", "Version: 8"));
            client.readHead();
            assertEquals(426, client.status());
            assertTrue(client.head().contains("Sec-WebSocket-Version: 13"), client.head());
            assertFalse(client.readBody().isEmpty());
            client.send(RawClient.handshake("/echo"));
            client.readHead();
            client.upgraded().assertEchoes("the connection is still of use");
        }
    }

    @Test
    void endpointsMayBeAddedAtAnyTime() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/").start()) {
            try (RawClient client = server.connect("/echo")) {
                assertEquals(404, client.status());
            }
            server.serverContainer().addEndpoint(Echo.class);
            try (RawClient client = server.connect("/echo")) {
                client.upgraded().assertEchoes("late");
            }
        }
    }

    @Test
    void upgradeHttpToWebSocketTakesTheSameWay() throws Exception {
        HttpServlet forward = new HttpServlet() {
            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                ServerContainer container =
                        (ServerContainer) getServletContext().getAttribute(Deployment.SERVER_CONTAINER);
                ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Room.class, "/ignored/{room}")
                        .build();
                try {
                    container.upgradeHttpToWebSocket(request, response, config, Map.of("room", "forwarded"));
                } catch (DeploymentException e) {
                    throw new ServletException(e);
                }
            }
        };
        try (EmbeddedServer server =
                        new EmbeddedServer("/").with("/forward", forward).start();
                RawClient client = server.connect("/forward")) {
            client.upgraded().sendText("hi");
            assertEquals("hi@forwarded", client.readFrame().text());
        }
    }

    @Test
    void stopOfTheServerSends1001WithoutAStopTimeout() throws Exception {
        CLOSED.clear();
        EmbeddedServer server = new EmbeddedServer("/", Echo.class).start();
        try (RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("x");
            Thread stop = new Thread(() -> {
                try {
                    server.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            stop.start();
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9}); // the reply, 1001
            assertEquals(0, client.readToEnd().length);
            stop.join(20_000);
            assertFalse(stop.isAlive());
        }
        CloseReason reason = CLOSED.poll(30, TimeUnit.SECONDS);
        assertNotNull(reason);
        assertEquals(1001, reason.getCloseCode().getCode());
    }

    @Test
    void stopOfTheContextAloneSends1001AndTakesTheAttributeBack() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", Echo.class).start();
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("x");
            int listeners = server.context().getServer().getEventListeners().size();
            Thread stop = new Thread(() -> {
                try {
                    server.context().stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            stop.start();
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9});
            stop.join(20_000);
            assertNull(server.serverContainer());
            assertEquals(
                    listeners - 1,
                    server.context().getServer().getEventListeners().size());
            server.context().start();
            try (RawClient again = server.connect("/echo")) {
                again.upgraded().assertEchoes("again");
            }
        }
    }

    @Test
    void aBadSettingFailsTheStartWithItsName() {
        EmbeddedServer server = new EmbeddedServer("/", Echo.class).withParameter("dev.hawser.idleTimeout", "soon");
        Exception failure = assertThrows(Exception.class, server::start);
        assertTrue(String.valueOf(failure.getMessage()).contains("dev.hawser.idleTimeout=soon"), failure.toString());
    }

    @Test
    void anEndpointThatCannotBeDeployedFailsTheStartAndLeavesNoThread() {
        EmbeddedServer server = new EmbeddedServer("/bad", Bad.class);
        assertThrows(Exception.class, server::start);
        assertNull(server.context().getServletContext().getAttribute(Deployment.SERVER_CONTAINER));
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("hawser-/bad")));
    }

    @Test
    void aSecondInitializerOfTheSameContextAddsItsEndpoints() throws Exception {
        EmbeddedServer server = new EmbeddedServer("/", Echo.class);
        server.context().addServletContainerInitializer(new HawserInitializer(), Echo.class, Room.class);
        try (server) {
            server.start();
            assertTrue(server.serverContainer() instanceof EndpointServerContainer);
            try (RawClient client = server.connect("/echo");
                    RawClient room = server.connect("/rooms/2")) {
                client.upgraded().assertEchoes("x");
                room.upgraded().sendText("y");
                assertEquals("y@2", room.readFrame().text());
            }
        }
    }

    @Test
    void aRejectionByTheConfiguratorReachesTheClient() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/").start()) {
            server.serverContainer()
                    .addEndpoint(ServerEndpointConfig.Builder.create(Echo.class, "/guarded")
                            .configurator(new Refusing())
                            .build());
            try (RawClient client = server.connect("/guarded")) {
                assertEquals(429, client.status());
                assertTrue(client.head().contains("Retry-After: 7"), client.head());
                assertEquals("slow down", client.readBody());
            }
        }
    }

    static final class Refusing extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            throw new dev.hawser.HandshakeRejectedException(
                    429, "slow down", Map.of("Retry-After", java.util.List.of("7")), "slow down");
        }
    }
}
