package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hawser.tck.wire.WireClient;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URL;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Chapters 2.1.7, 6.2 and 6.4: what is found in a WAR, and what an application adds itself. */
@ArquillianTest
class DeploymentIT {

    @ArquillianResource
    @OperateOnDeployment("scanned")
    private URL scannedUrl;

    @ArquillianResource
    @OperateOnDeployment("configured")
    private URL configuredUrl;

    @ArquillianResource
    @OperateOnDeployment("added")
    private URL addedUrl;

    @ArquillianResource
    @OperateOnDeployment("twice")
    private URL twiceUrl;

    @ArquillianResource
    @OperateOnDeployment("fault")
    private URL faultUrl;

    @Deployment(name = "fault", testable = false)
    static WebArchive fault() {
        return Application.war("fault", InClasses.class, Faulty.class, OnlyInClasses.class, AddLate.class, Late.class);
    }

    @Deployment(name = "twice", testable = false)
    static WebArchive twice() {
        return Application.war("twice", AddingTwice.class, Identity.class);
    }

    @Deployment(name = "scanned", testable = false)
    static WebArchive scanned() {
        return Application.war("scanned", InClasses.class, Unpublished.class)
                .addAsLibrary(
                        ShrinkWrap.create(JavaArchive.class, "endpoints.jar").addClasses(InLibrary.class));
    }

    @Deployment(name = "configured", testable = false)
    static WebArchive configured() {
        JavaArchive library = ShrinkWrap.create(JavaArchive.class, "library.jar")
                .addClasses(InLibrary.class, LibraryConfigurations.class, NullConfigurations.class);
        return Application.war("configured", InClasses.class, LeftOut.class, Published.class, WarConfigurations.class)
                .addClasses(Seen.class)
                .addAsLibrary(library);
    }

    @Deployment(name = "added", testable = false)
    static WebArchive added() {
        return Application.war("added", Adding.class, AddedByListener.class, Late.class, AddLate.class)
                .addClasses(ContainerIdentity.class, Identity.class, Upgrade.class, Upgraded.class, NoScan.class);
    }

    /** Found in WEB-INF/classes. */
    @ServerEndpoint("/in-classes")
    public static final class InClasses {
        @OnMessage
        public String onMessage(String message) {
            return "classes " + message;
        }
    }

    /** Found in a jar of WEB-INF/lib. */
    @ServerEndpoint("/in-library")
    public static final class InLibrary {
        @OnMessage
        public String onMessage(String message) {
            return "library " + message;
        }
    }

    /** Programmatic: without a configuration it has no path. */
    public static final class Unpublished extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    /** Annotated, but no configuration returns it. */
    @ServerEndpoint("/left-out")
    public static final class LeftOut {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    /** Programmatic: answers what the application's configurations were given. */
    public static final class Published extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(
                    String.class,
                    key -> session.getAsyncRemote()
                            .sendText(String.valueOf(config.getUserProperties().get(key)), result -> {}));
        }
    }

    /** The names of classes, sorted. */
    public static final class Seen {
        static String names(Set<? extends Class<?>> classes) {
            Set<String> names = new TreeSet<>();
            classes.forEach(type -> names.add(type.getSimpleName()));
            return names.toString();
        }
    }

    /** Publishes the programmatic endpoint and one annotated class of the WAR. */
    public static final class WarConfigurations implements ServerApplicationConfig {
        private static final ServerEndpointConfig CONFIG = ServerEndpointConfig.Builder.create(
                        Published.class, "/published")
                .build();

        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            CONFIG.getUserProperties().put("endpoints", Seen.names(scanned));
            return Set.of(CONFIG);
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            CONFIG.getUserProperties().put("has in-classes", scanned.contains(InClasses.class));
            CONFIG.getUserProperties().put("has left-out", scanned.contains(LeftOut.class));
            return Set.of(InClasses.class);
        }
    }

    /** In the jar: publishes the jar's class. */
    public static final class LibraryConfigurations implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of();
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned.contains(InLibrary.class) ? Set.of(InLibrary.class) : Set.of();
        }
    }

    /** Has nothing to say. */
    public static final class NullConfigurations implements ServerApplicationConfig {
        @Override
        public @Nullable Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return null;
        }

        @Override
        public @Nullable Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return null;
        }
    }

    /** Leaves out what is faulty. */
    public static final class OnlyInClasses implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of();
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return Set.of(InClasses.class);
        }
    }

    /** Leaves everything to the listener. */
    public static final class NoScan implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of();
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return Set.of(Identity.class);
        }
    }

    /** Adds an endpoint that the scan has found, too. */
    @WebListener
    public static final class AddingTwice implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            try {
                ((ServerContainer) event.getServletContext().getAttribute(ServerContainer.class.getName()))
                        .addEndpoint(Identity.class);
            } catch (DeploymentException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Adds an endpoint when the application starts. */
    @WebListener
    public static final class Adding implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            ServerContainer container =
                    (ServerContainer) event.getServletContext().getAttribute(ServerContainer.class.getName());
            try {
                container.addEndpoint(AddedByListener.class);
            } catch (DeploymentException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Added by the listener. */
    @ServerEndpoint("/by-listener")
    public static final class AddedByListener {
        @OnMessage
        public String onMessage(String message) {
            return "listener " + message;
        }
    }

    /** Added by a request. */
    @ServerEndpoint("/late")
    public static final class Late {
        @OnMessage
        public String onMessage(String message) {
            return "late " + message;
        }
    }

    /** Malformed. */
    @ServerEndpoint("/faulty")
    public static final class Faulty {
        @OnOpen
        public void one() {}

        @OnOpen
        public void two() {}
    }

    /** Adds the class that the query names, while the application runs. */
    @WebServlet("/add")
    public static final class AddLate extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean late = request.getQueryString().equals("late");
            ServerContainer container =
                    (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
            String result = "added";
            try {
                container.addEndpoint(late ? Late.class : Faulty.class);
            } catch (DeploymentException e) {
                result = "DeploymentException";
            }
            response.getWriter().write(result);
        }
    }

    /** The identity of the container in the servlet context. */
    @WebServlet("/container")
    public static final class ContainerIdentity extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Object container = getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
            response.getWriter().write(String.valueOf(System.identityHashCode(container)));
        }
    }

    /** The identity of the container of a session. */
    @ServerEndpoint("/identity")
    public static final class Identity {
        @OnMessage
        public String onMessage(String message, Session session) {
            return String.valueOf(System.identityHashCode(session.getContainer()));
        }
    }

    /** Makes a WebSocket of a request to a path that no endpoint has. */
    @WebServlet("/upgrade")
    public static final class Upgrade extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            ServerContainer container =
                    (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Upgraded.class, "/unused")
                    .build();
            try {
                container.upgradeHttpToWebSocket(request, response, config, Map.of("key", "value"));
            } catch (DeploymentException e) {
                throw new ServletException(e);
            }
        }
    }

    /** Answers its path parameters. */
    public static final class Upgraded extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(
                    String.class,
                    message -> session.getAsyncRemote()
                            .sendText(session.getPathParameters().toString(), result -> {}));
        }
    }

    @Test
    void annotatedClassesAreFoundInClassesAndInLibraries() throws IOException {
        Application app = new Application(scannedUrl);
        assertEquals("classes x", app.ask("/in-classes", "x"));
        assertEquals("library x", app.ask("/in-library", "x"));
    }

    @Test
    void configurationsAreFoundInClassesAndInLibrariesAndTheirUnionIsDeployed() throws IOException {
        Application app = new Application(configuredUrl);
        assertEquals("classes x", app.ask("/in-classes", "x"));
        assertEquals("library x", app.ask("/in-library", "x"));
        assertEquals("[Published]", app.ask("/published", "endpoints"));
    }

    @Test
    void aConfigurationIsGivenTheResultOfTheScan() throws IOException {
        Application app = new Application(configuredUrl);
        assertEquals("true", app.ask("/published", "has in-classes"));
        assertEquals("true", app.ask("/published", "has left-out"));
    }

    @Test
    void whatNoConfigurationReturnsIsNotDeployed() throws IOException {
        assertNotEquals(
                101, new Application(configuredUrl).handshake("/left-out").status());
    }

    @Test
    void aListenerAddsEndpoints() throws IOException {
        assertEquals("listener x", new Application(addedUrl).ask("/by-listener", "x"));
    }

    @Test
    void anEndpointThatIsAddedTwiceIsDeployedOnce() throws IOException {
        assertEquals(101, new Application(twiceUrl).handshake("/identity").status());
    }

    @Test
    void endpointsAreAddedWhileTheApplicationRuns() throws IOException {
        Application app = new Application(addedUrl);
        assertNotEquals(101, app.handshake("/late").status());
        assertEquals("added", app.get("/add?late"));
        assertEquals("late x", app.ask("/late", "x"));
    }

    @Test
    void aFaultyEndpointThatIsAddedWhileTheApplicationRunsIsADeploymentException() throws IOException {
        Application app = new Application(faultUrl);
        assertEquals("classes x", app.ask("/in-classes", "x"));
        assertEquals("DeploymentException", app.get("/add?faulty"));
        assertEquals("classes x", app.ask("/in-classes", "x"));
    }

    @Test
    void anApplicationHasOneContainer() throws IOException {
        Application app = new Application(addedUrl);
        String container = app.get("/container");
        assertEquals(container, app.ask("/identity", ""));
        assertEquals(container, app.ask("/identity", ""));
    }

    @Test
    void aRequestIsUpgradedByTheApplication() throws IOException {
        try (WireClient client = new Application(addedUrl).open("/upgrade")) {
            assertEquals("{key=value}", client.sendText("").receiveText());
        }
    }
}
