package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.Surroundings.Mapped;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.security.Principal;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What surrounds an endpoint in its application applies to the opening handshake: the container's constraints and the
 * filters.
 */
class UserAndRolesTest {
    /** Keeps what it learns of the user during the handshake: afterwards nobody can ask for roles. */
    public static class Roles extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            Principal user = request.getUserPrincipal();
            config.getUserProperties()
                    .put(
                            "roles",
                            (user == null ? "nobody" : user.getName()) + " sailor=" + request.isUserInRole("sailor")
                                    + " cook=" + request.isUserInRole("cook"));
        }
    }

    /** Answers with the user of the session, and with what the handshake knew. */
    @ServerEndpoint(value = "/who", configurator = Roles.class)
    public static class Who {
        @OnMessage
        public String who(String text, Session session) {
            Principal user = session.getUserPrincipal();
            return (user == null ? "nobody" : user.getName()) + ", "
                    + session.getUserProperties().get("roles");
        }
    }

    @ServerEndpoint(value = "/lobby", configurator = Roles.class)
    public static class Lobby extends Who {
        @Override
        @OnMessage
        public String who(String text, Session session) {
            return super.who(text, session);
        }
    }

    /** Answers 401, but to a query. */
    static final class Guard extends HttpFilter {
        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (request.getQueryString() == null) {
                response.sendError(401);
            } else {
                chain.doFilter(request, response);
            }
        }
    }

    static Stream<Container> containers() {
        return Container.underTestWithHttp2();
    }

    private static RawClient handshake(TestServer server, String path, String... lines) throws IOException {
        RawClient client = new RawClient(server.port());
        client.send(RawClient.handshake(path, lines));
        client.readHead();
        return client;
    }

    private static String answer(RawClient client) throws IOException {
        client.upgraded().sendText("who?");
        return client.readFrame().text();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aConstraintAsksForAUserAndTheRole(Container container) throws Exception {
        Application application = Application.of(Who.class, Lobby.class).in(Surroundings.guarding("/who"));
        try (TestServer server = container.start(application);
                RawClient nobody = handshake(server, "/who");
                RawClient cook = handshake(server, "/who", Surroundings.as("bob"));
                RawClient sailor = handshake(server, "/who", Surroundings.as("ada"));
                RawClient lobby = handshake(server, "/lobby")) {
            assertEquals(401, nobody.status());
            assertTrue(nobody.head().contains("Basic realm="), nobody.head());
            assertEquals(403, cook.status());
            assertEquals("ada, ada sailor=true cook=false", answer(sailor));
            assertEquals("nobody, nobody sailor=false cook=false", answer(lobby));
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aUserThatAFilterWrapsInIsTheUser(Container container) throws Exception {
        HttpFilter login = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                chain.doFilter(new SignedIn(request), response);
            }
        };
        try (TestServer server = container.start(Application.of(Who.class).with(login));
                RawClient client = server.connect("/who")) {
            assertEquals("eve, eve sailor=false cook=true", answer(client));
        }
    }

    private static final class SignedIn extends HttpServletRequestWrapper {
        SignedIn(HttpServletRequest request) {
            super(request);
        }

        @Override
        public Principal getUserPrincipal() {
            return () -> "eve";
        }

        @Override
        public boolean isUserInRole(String role) {
            return role.equals("cook");
        }
    }

    /** On a path, on a prefix, on everything, on the servlet that would answer there, and with dispatcher types. */
    static Stream<org.junit.jupiter.params.provider.Arguments> mappingsThatApply() {
        return Container.underTestWithHttp2()
                .flatMap(container -> Stream.of(
                                new Mapped(new Guard(), "/who", Set.of()),
                                new Mapped(new Guard(), "/*", Set.of()),
                                new Mapped(new Guard(), "/who/*", Set.of()),
                                new Mapped(
                                        new Guard(),
                                        "/who",
                                        EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD)),
                                new Mapped(new Guard(), null, Set.of()),
                                new Mapped(new Guard(), null, EnumSet.of(DispatcherType.REQUEST)))
                        .map(mapped -> org.junit.jupiter.params.provider.Arguments.of(container, mapped)));
    }

    @ParameterizedTest
    @MethodSource("mappingsThatApply")
    void aFilterOfTheApplicationWinsWhereverItIsMapped(Container container, Mapped mapped) throws Exception {
        Application application =
                Application.of(Who.class).with(new HttpServlet() {}).in(Surroundings.NONE.with(mapped));
        try (TestServer server = container.start(application);
                RawClient refused = server.connect("/who");
                RawClient client = server.connect("/who?token")) {
            assertEquals(401, refused.status());
            assertEquals("nobody, nobody sailor=false cook=false", answer(client));
        }
    }

    /** A listener of the application that adds a filter behind all that are there. */
    public static class LateGuard implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            FilterRegistration.Dynamic guard = event.getServletContext().addFilter("late", new Guard());
            guard.setAsyncSupported(true);
            guard.addMappingForUrlPatterns(null, true, "/*");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aFilterThatIsAddedAtTheEndWhileTheApplicationStartsWins(Container container) throws Exception {
        Surroundings late = Surroundings.NONE.with(LateGuard.class);
        try (TestServer server = container.start(Application.of(Who.class).in(late));
                RawClient refused = server.connect("/who");
                RawClient client = server.connect("/who?token")) {
            assertEquals(401, refused.status());
            assertEquals("nobody, nobody sailor=false cook=false", answer(client));
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aFilterForOtherDispatchersOrPathsIsNoneOfTheirs(Container container) throws Exception {
        Surroundings others = Surroundings.NONE.with(
                new Mapped(
                        new Guard(),
                        "/*",
                        EnumSet.of(DispatcherType.FORWARD, DispatcherType.INCLUDE, DispatcherType.ERROR)),
                new Mapped(new Guard(), "/who/*/", Set.of()),
                new Mapped(new Guard(), "/WHO", Set.of()));
        try (TestServer server = container.start(Application.of(Who.class).in(others));
                RawClient client = server.connect("/who")) {
            assertEquals("nobody, nobody sailor=false cook=false", answer(client));
        }
    }
}
