package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.internal.session.HttpSessions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.security.Principal;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.SessionHandler;
import org.junit.jupiter.api.Test;

/** A web socket of an authenticated user ends with the HTTP session of its handshake (Jakarta WebSocket 7.2). */
class HttpSessionEndTest {
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** Does with the HTTP session what the query says, and answers its id. */
    private static final class Sessions extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession(true);
            String id = session.getId();
            if ("rename".equals(request.getQueryString())) {
                id = request.changeSessionId();
            } else if ("end".equals(request.getQueryString())) {
                session.invalidate();
            }
            response.setContentLength(id.length());
            response.getOutputStream().print(id);
        }
    }

    /** The header X-User is the user. */
    private static final class Users extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            String user = request.getHeader("X-User");
            HttpServletRequest withUser = new HttpServletRequestWrapper(request) {
                @Override
                public Principal getUserPrincipal() {
                    return user == null ? null : () -> user;
                }
            };
            chain.doFilter(withUser, response);
            afterwards(request);
        }

        /**
         * The handshake is answered, and the web socket not open yet: the container takes it over when the filters have
         * returned.
         */
        private static void afterwards(HttpServletRequest request) {
            if ("end".equals(request.getHeader("X-Afterwards"))) {
                request.getSession(false).invalidate();
            } else if ("rename".equals(request.getHeader("X-Afterwards"))) {
                request.changeSessionId();
            }
        }
    }

    /** Ends the HTTP session in the middle of the handshake, as a logout in another tab may. */
    public static final class Ending extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            ((HttpSession) request.getHttpSession()).invalidate();
        }
    }

    @ServerEndpoint(value = "/ending", configurator = Ending.class)
    public static class EchoEnding {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    private static EmbeddedServer server() {
        EmbeddedServer server = new EmbeddedServer("/", Echo.class, EchoEnding.class)
                .with(new Users())
                .with("/session", new Sessions());
        server.context().setSessionHandler(new SessionHandler());
        return server;
    }

    private static String session(EmbeddedServer server, String what, String id) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send(
                    "GET /session?" + what + " HTTP/1.1\r\nHost: localhost\r\nCookie: JSESSIONID=" + id + "\r\n\r\n");
            client.readHead();
            assertEquals(200, client.status());
            return client.readBody();
        }
    }

    private static RawClient open(EmbeddedServer server, String... lines) throws Exception {
        RawClient client = new RawClient(server.port());
        client.send(RawClient.handshake("/echo", lines));
        client.readHead();
        client.upgraded().assertEchoes("open");
        return client;
    }

    private static HttpSessions httpSessions(EmbeddedServer server) {
        return ((EndpointServerContainer) server.serverContainer())
                .runtime()
                .registry()
                .httpSessions();
    }

    private static void awaitNothingKept(HttpSessions sessions) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (sessions.size() > 0) {
            assertTrue(System.nanoTime() < deadline, "something is kept of an HTTP session");
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theEndOfAnAuthenticatedHttpSessionIs1008() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = open(server, "X-User: ada", "Cookie: JSESSIONID=" + id);
                    RawClient second = open(server, "X-User: ada", "Cookie: JSESSIONID=" + id);
                    RawClient anonymous = open(server, "Cookie: JSESSIONID=" + id);
                    RawClient other = open(server, "X-User: ada")) {
                assertEquals(1, httpSessions(server).size());
                session(server, "end", id);
                assertEquals(1008, ada.readCloseCode());
                assertEquals(1008, second.readCloseCode());
                anonymous.assertEchoes("still here");
                other.assertEchoes("still here");
            }
            awaitNothingKept(httpSessions(server));
        }
    }

    @Test
    void alsoWhenItsIdHasChanged() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = open(server, "X-User: ada", "Cookie: JSESSIONID=" + id)) {
                String renamed = session(server, "rename", id);
                ada.assertEchoes("still here");
                session(server, "end", renamed);
                assertEquals(1008, ada.readCloseCode());
            }
            awaitNothingKept(httpSessions(server));
        }
    }

    @Test
    void theEndBetweenTheHandshakeAndOnOpenIs1008Too() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = new RawClient(server.port())) {
                ada.send(RawClient.handshake("/echo", "X-User: ada", "X-Afterwards: end", "Cookie: JSESSIONID=" + id));
                ada.readHead();
                assertEquals(1008, ada.upgraded().readCloseCode());
            }
            awaitNothingKept(httpSessions(server));
        }
    }

    @Test
    void theEndDuringTheHandshakeIs1008Too() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = new RawClient(server.port())) {
                ada.send(RawClient.handshake("/ending", "X-User: ada", "Cookie: JSESSIONID=" + id));
                ada.readHead();
                assertEquals(1008, ada.upgraded().readCloseCode());
            }
            awaitNothingKept(httpSessions(server));
        }
    }

    @Test
    void anIdThatChangesBetweenTheHandshakeAndOnOpenIsFollowed() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = open(server, "X-User: ada", "X-Afterwards: rename", "Cookie: JSESSIONID=" + id)) {
                assertEquals(1, httpSessions(server).size());
                String renamed = httpSessions(server).ids().iterator().next();
                assertNotEquals(id, renamed);
                session(server, "end", renamed);
                assertEquals(1008, ada.readCloseCode());
            }
            awaitNothingKept(httpSessions(server));
        }
    }

    @Test
    void theEndOfAnAnonymousOneIsIfTheApplicationAsksForIt() throws Exception {
        try (EmbeddedServer server = server().withParameter("dev.hawser.closeWithAnonymousHttpSession", "true")
                .start()) {
            String id = session(server, "begin", "");
            try (RawClient anonymous = open(server, "Cookie: JSESSIONID=" + id)) {
                session(server, "end", id);
                assertEquals(1008, anonymous.readCloseCode());
            }
        }
    }

    @Test
    void nothingIsKeptOfAnHttpSessionWhoseWebSocketsHaveEnded() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            for (int i = 0; i < 3; i++) {
                try (RawClient ada = open(server, "X-User: ada", "Cookie: JSESSIONID=" + id)) {
                    String renamed = session(server, "rename", id);
                    assertEquals(1, httpSessions(server).size());
                    id = renamed;
                }
                awaitNothingKept(httpSessions(server));
            }
        }
    }

    @Test
    void anApplicationThatStopsSaysThatAndNotThatTheSessionEnded() throws Exception {
        try (EmbeddedServer server = server().start()) {
            String id = session(server, "begin", "");
            try (RawClient ada = open(server, "X-User: ada", "Cookie: JSESSIONID=" + id)) {
                Thread stop = new Thread(() -> {
                    try {
                        server.context().stop();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                stop.start();
                assertEquals(1001, ada.readCloseCode());
                ada.close();
                stop.join(20_000);
            }
        }
    }
}
