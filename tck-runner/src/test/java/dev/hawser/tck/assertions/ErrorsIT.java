package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.Frame;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URL;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapters 2.1.5, 2.2.4, 4.6, 5.2.2 and 5.2.3: errors, and the ends they lead to. */
@ArquillianTest
class ErrorsIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("errors", Handled.class, Unhandled.class, FailsTwice.class, Programmatic.class)
                .addClasses(Configurations.class, FailsOnOpen.class, TimesOut.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Has a method for errors. */
    @ServerEndpoint("/handled")
    public static final class Handled {
        private Session opened;

        @OnOpen
        public void onOpen(Session session) {
            opened = session;
        }

        @OnMessage
        public void onMessage(String message) throws IOException {
            if (message.equals("checked")) {
                throw new IOException(message);
            }
            if (message.equals("runtime")) {
                throw new IllegalStateException(message);
            }
            throw new AssertionError(message);
        }

        @OnError
        public void onError(Session session, Throwable error) {
            Journal.add(
                    session.getQueryString(),
                    error.getClass().getSimpleName() + " " + error.getMessage() + " " + session.equals(opened));
        }

        @OnClose
        public void onClose(Session session, CloseReason reason) {
            Journal.add(
                    session.getQueryString(), "closed " + reason.getCloseCode().getCode());
        }
    }

    /** Has none. */
    @ServerEndpoint("/unhandled")
    public static final class Unhandled {
        @OnMessage
        public String onMessage(String message) {
            if (message.startsWith("unhandled")) {
                throw new IllegalStateException(message);
            }
            return message;
        }
    }

    /** Its method for errors fails too. */
    @ServerEndpoint("/fails-twice")
    public static final class FailsTwice {
        @OnMessage
        public void onMessage(String message) {
            if (message.isEmpty()) {
                throw new IllegalStateException("first");
            }
        }

        @OnError
        public void onError(Throwable error) {
            if (error instanceof IllegalStateException) {
                throw new IllegalArgumentException("second failure, in onError");
            }
        }
    }

    /** Fails when it is opened. */
    @ServerEndpoint("/fails-on-open")
    public static final class FailsOnOpen {
        @OnOpen
        public void onOpen(Session session) {
            if (session.isOpen()) {
                throw new IllegalStateException("thrown by onOpen");
            }
        }

        @OnError
        public void onError(Throwable error) {
            Journal.add("on-open", String.valueOf(error.getMessage()));
        }
    }

    /** The server ends the session. */
    @ServerEndpoint("/times-out")
    public static final class TimesOut {
        @OnOpen
        public void onOpen(Session session) {
            session.setMaxIdleTimeout(300);
        }

        @OnClose
        public void onClose(CloseReason reason) {
            Journal.add("times-out", "closed " + reason.getCloseCode().getCode());
        }
    }

    /** The programmatic form. */
    public static final class Programmatic extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, message -> fail(message));
        }

        @Override
        public void onError(Session session, Throwable error) {
            Journal.add("programmatic", error.getClass().getSimpleName() + " " + error.getMessage());
        }

        private static void fail(String message) {
            throw new IllegalStateException(message);
        }
    }

    /** Publishes all. */
    public static final class Configurations implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of(ServerEndpointConfig.Builder.create(Programmatic.class, "/programmatic")
                    .build());
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"IllegalStateException runtime", "IOException checked", "AssertionError error"})
    void whatACallbackThrowsIsGivenToOnErrorWithItsSession(String error) throws IOException {
        String message = error.split(" ")[1];
        try (WireClient client = app.open("/handled?thrown-" + message)) {
            client.sendText(message);
            assertEquals(error + " true", app.event("thrown-" + message));
        }
    }

    @Test
    void whatAHandlerThrowsIsGivenToTheProgrammaticEndpoint() throws IOException {
        try (WireClient client = app.open("/programmatic")) {
            client.sendText("message");
            assertEquals("IllegalStateException message", app.event("programmatic"));
        }
    }

    @Test
    void whatOnOpenThrowsIsGivenToOnError() throws IOException {
        try (WireClient client = app.open("/fails-on-open")) {
            assertEquals("thrown by onOpen", app.event("on-open"));
        }
    }

    @Test
    void anErrorDoesNotReachOtherConnections() throws IOException {
        try (WireClient other = app.open("/unhandled");
                WireClient failing = app.open("/unhandled")) {
            failing.sendText("unhandled");
            assertEquals("still here", other.sendText("still here").receiveText());
            assertEquals("new", app.ask("/unhandled", "new"));
        }
    }

    @Test
    void anErrorThatNobodyHandlesIsLogged() throws IOException {
        try (CapturedLog log = new CapturedLog();
                WireClient client = app.open("/unhandled")) {
            client.sendText("unhandled for the log");
            assertTrue(log.shows("unhandled for the log"), "nothing in the log");
        }
    }

    @Test
    void anErrorInOnErrorIsLogged() throws IOException {
        try (CapturedLog log = new CapturedLog();
                WireClient client = app.open("/fails-twice")) {
            client.sendText("");
            assertTrue(log.shows("second failure, in onError"), "nothing in the log");
        }
    }

    @Test
    void aFatalErrorOfTheConnectionEndsItForBothSides() throws IOException {
        try (WireClient client = app.open("/handled?fatal")) {
            // Opcode 3 is reserved (RFC 6455 section 5.2).
            assertEquals(
                    1002, client.send(true, 0x3, new byte[0]).receiveClose().closeCode());
        }
        String event = app.event("fatal");
        while (!event.startsWith("closed")) {
            event = app.event("fatal");
        }
        assertNotEquals("closed 1000", event);
    }

    @Test
    void aTimeoutIsClosedWith1006ForTheEndpointAndAnotherCodeOnTheWire() throws IOException {
        try (WireClient client = app.open("/times-out")) {
            Frame close = client.receiveClose();
            assertNotEquals(1006, close.closeCode(), "never on the wire (RFC 6455 section 7.4.1)");
            client.send(true, Frame.CLOSE, close.payload());
            assertEquals("closed 1006", app.event("times-out"));
        }
    }
}
