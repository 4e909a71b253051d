package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hawser.tck.wire.WireClient;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chapters 7.2 and 8: the HTTP session, the user, and security constraints. */
@ArquillianTest
class SecurityIT {

    private static final String MEMBER = basic("ada:lovelace");
    private static final String NO_MEMBER = basic("grace:hopper");

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        String constraints = Stream.of(
                        constraint(
                                "/protected", "", "<auth-constraint><role-name>member</role-name></auth-constraint>"),
                        constraint(
                                "/post-only",
                                "<http-method>POST</http-method>",
                                "<auth-constraint><role-name>member</role-name></auth-constraint>"),
                        constraint("/confidential", "", guarantee("CONFIDENTIAL")),
                        constraint("/none", "", guarantee("NONE")))
                .collect(Collectors.joining());
        String descriptor = "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">" + constraints
                + "<login-config><auth-method>BASIC</auth-method><realm-name>suite</realm-name></login-config>"
                + "<security-role><role-name>member</role-name></security-role></web-app>";
        return Application.war("security", Protected.class, PostOnly.class, Confidential.class, None.class)
                .addClasses(SessionReader.class, LogIn.class, LogOut.class)
                .setWebXML(new StringAsset(descriptor));
    }

    private static String constraint(String path, String method, String rule) {
        return "<security-constraint><web-resource-collection><web-resource-name>r</web-resource-name><url-pattern>"
                + path + "</url-pattern>" + method + "</web-resource-collection>" + rule + "</security-constraint>";
    }

    private static String guarantee(String transport) {
        return "<user-data-constraint><transport-guarantee>" + transport
                + "</transport-guarantee></user-data-constraint>";
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Notes whose HTTP session the handshake belongs to. */
    public static final class SessionReader extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            Object session = request.getHttpSession();
            config.getUserProperties().put("http", session instanceof HttpSession http ? http.getId() : "none");
            config.getUserProperties().put("user", String.valueOf(request.getUserPrincipal()));
            config.getUserProperties().put("member", request.isUserInRole("member"));
        }
    }

    /** For members. */
    @ServerEndpoint(value = "/protected", configurator = SessionReader.class)
    public static final class Protected {
        @OnMessage
        public String onMessage(String question, Session session) {
            return question.equals("user")
                    ? session.getUserPrincipal().getName() + " "
                            + session.getUserProperties().get("member")
                    : String.valueOf(session.getUserProperties().get(question));
        }
    }

    /** Protected for POST, which no handshake is. */
    @ServerEndpoint(value = "/post-only", configurator = SessionReader.class)
    public static final class PostOnly {
        @OnMessage
        public String onMessage(String question, Session session) {
            return String.valueOf(session.getUserProperties().get(question));
        }
    }

    /** For encrypted connections. */
    @ServerEndpoint("/confidential")
    public static final class Confidential {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    /** For all connections. */
    @ServerEndpoint("/none")
    public static final class None {
        @OnMessage
        public String onMessage(String message, Session session) {
            return message + session.isSecure();
        }
    }

    /** Makes an HTTP session and tells its id. */
    @WebServlet("/log-in")
    public static final class LogIn extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write(request.getSession(true).getId());
        }
    }

    /** Ends the HTTP session. */
    @WebServlet("/log-out")
    public static final class LogOut extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            HttpSession session = request.getSession(false);
            if (session == null) {
                throw new IllegalStateException("no session");
            }
            session.invalidate();
        }
    }

    @Test
    void theHandshakeSeesTheHttpSessionOfItsClient() throws IOException {
        String id = app.get("/log-in");
        try (WireClient client = app.open("/post-only", cookie(id))) {
            assertEquals(id, client.sendText("http").receiveText());
        }
    }

    @Test
    void theUserOfTheHandshakeIsTheUserOfTheSession() throws IOException {
        try (WireClient client = app.open("/protected", MEMBER)) {
            assertEquals("ada true", client.sendText("user").receiveText());
        }
    }

    @Test
    void theEndOfTheAuthenticatedHttpSessionClosesWith1008() throws IOException {
        String id = app.get("/log-in");
        try (WireClient client = app.open("/protected", MEMBER, cookie(id))) {
            // Containers may change the id when the user is authenticated.
            app.get("/log-out", cookie(client.sendText("http").receiveText()));
            assertEquals(1008, client.receiveClose().closeCode());
        }
    }

    @Test
    void anUnauthenticatedHandshakeForAProtectedEndpointIsAnswered401() throws IOException {
        assertEquals(401, app.handshake("/protected").status());
        assertEquals(401, app.handshake("/protected", basic("ada:wrong")).status());
    }

    @Test
    void aUserWithoutTheRoleIsAnswered403() throws IOException {
        assertEquals(101, app.handshake("/protected", MEMBER).status());
        assertEquals(403, app.handshake("/protected", NO_MEMBER).status());
    }

    @Test
    void aConstraintForAnotherMethodThanGetDoesNotApply() throws IOException {
        assertEquals(101, app.handshake("/post-only").status());
    }

    @Test
    void noGuaranteeAllowsUnencryptedConnections() throws IOException {
        assertEquals("false", app.ask("/none", ""));
    }

    @Test
    void aConfidentialEndpointHasNoUnencryptedConnections() throws IOException {
        assertNotEquals(101, app.handshake("/confidential").status());
    }

    private static String cookie(String id) {
        return "Cookie: JSESSIONID=" + id;
    }
}
