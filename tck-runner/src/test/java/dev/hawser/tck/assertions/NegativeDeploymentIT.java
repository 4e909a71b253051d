package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hawser.tck.container.Deployments;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.Locale;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Chapters 3.1.1, 4 and 5.2.1: applications that must not be deployed.
 *
 * <p>Each test deploys an application twice. Without the fault it must work, or the test would prove nothing. With
 * the fault its deployment must fail, with a message that names the class, the method and the rule, and none of its
 * endpoints may be in service: neither those that the scan finds, nor those that a listener adds.
 */
class NegativeDeploymentIT {

    /** Well-formed, and in every application. */
    @ServerEndpoint("/echo")
    public static final class Echo {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    /** Well-formed, and in every application. */
    @ServerEndpoint("/template/{name}")
    public static final class Template {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    /** Adds one more when the scan is over. */
    @WebListener
    public static final class Adding implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            ServerContainer container =
                    (ServerContainer) event.getServletContext().getAttribute(ServerContainer.class.getName());
            try {
                container.addEndpoint(ServerEndpointConfig.Builder.create(Added.class, "/added")
                        .build());
            } catch (DeploymentException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What the listener adds. */
    public static final class Added extends jakarta.websocket.Endpoint {
        @Override
        public void onOpen(jakarta.websocket.Session session, jakarta.websocket.EndpointConfig config) {}
    }

    @ParameterizedTest
    @CsvSource({
        "OnOpenWithMore, OnOpen",
        "OnOpenTwice, OnOpen",
        "OnCloseWithMore, OnClose",
        "OnCloseTwice, OnClose",
        "OnErrorWithMore, OnError",
        "OnErrorWithout, Throwable",
        "OnErrorTwice, OnError",
    })
    void aLifecycleMethodOfAnotherFormIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "fault", rule);
    }

    @ParameterizedTest
    @CsvSource({"OnMessageTwoTexts, text", "OnMessageTwoBinaries, binary", "OnMessageTwoPongs, pong"})
    void aSecondMessageMethodOfANativeTypeIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "fault", rule);
    }

    @ParameterizedTest
    @CsvSource({
        "OnMessageNothing, OnMessage",
        "OnMessageTextAndInt, int",
        "OnMessageReaderInParts, Reader",
        "OnMessageStreamInParts, InputStream",
        "OnMessagePongInParts, PongMessage",
        "OnMessageBufferAndInt, int",
        "OnMessageWithoutDecoder, decoder",
        "OnMessageWithConfig, EndpointConfig",
        "OnMessageTwoSessions, Session",
    })
    void aMessageMethodOfAnotherFormIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "fault", rule);
    }

    @ParameterizedTest
    @CsvSource("OnMessageTooLong, maxMessageSize")
    void aMaximumMessageSizeThatNoStringHoldsIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "fault", rule);
    }

    @ParameterizedTest
    @CsvSource({
        "PathParamOnOpen, PathParam",
        "PathParamOnMessage, PathParam",
        "PathParamOnError, PathParam",
        "PathParamOnClose, PathParam",
    })
    void aPathParameterOfAnotherTypeIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "fault", rule);
    }

    @ParameterizedTest
    @CsvSource({
        "PathWithoutSlash, path",
        "PathMissing, path",
        "PathDoubleSlash, /subject//p",
        "PathDot, /subject/./p",
        "PathTwoDots, /subject/../p",
        "PathPartOfASegment, /subject/x{p}",
        "PathVariableTwice, /subject/{p}/{p}",
        "PathUnclosed, /subject/{p",
        "PathOfLevelTwo, /subject/{+p}",
    })
    void aMalformedPathIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "", rule);
    }

    @ParameterizedTest
    @CsvSource({"PathTaken, /echo", "TemplateTaken, /template/{"})
    void aPathThatIsTakenIsRefused(String fault, String rule) throws Exception {
        assertRefused(fault, "", rule);
    }

    private static void assertRefused(String fault, String method, String rule) throws Exception {
        Class<?> faulty = Class.forName(Faults.class.getName() + "$" + fault);
        assertWorksWithoutTheFault();
        WebArchive archive = archive(faulty);
        Application app = new Application(archive);
        Throwable failure = Deployments.deploy(archive);
        try {
            assertAll(
                    () -> assertServesNothing(app),
                    () -> assertTrue(failure != null, "the deployment did not fail"),
                    () -> assertMessageNames(failure, fault, method, rule));
        } finally {
            Deployments.undeploy(archive);
        }
    }

    private static void assertWorksWithoutTheFault() throws Exception {
        WebArchive archive = archive(Faults.WellFormed.class);
        Throwable failure = Deployments.deploy(archive);
        try {
            assertNull(failure, () -> "without the fault: " + failure);
            Application app = new Application(archive);
            assertEquals("echoed", app.ask("/echo", "echoed"));
            assertEquals("echoed", app.ask("/template/x", "echoed"));
            assertEquals("subject x7", app.ask("/subject/7", "x"));
            assertEquals(101, app.handshake("/added").status());
        } finally {
            Deployments.undeploy(archive);
        }
    }

    private static void assertServesNothing(Application app) throws IOException {
        for (String path : new String[] {"/echo", "/template/x", "/subject/7", "/subject/p", "/added"}) {
            assertNotEquals(101, app.handshake(path).status(), "still in service: " + path);
        }
    }

    private static void assertMessageNames(Throwable failure, String... words) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        for (String word : words) {
            if (!messages.toString().toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT))) {
                fail("the message does not name " + word + ": " + messages);
            }
        }
    }

    private static WebArchive archive(Class<?> subject) {
        return Application.war("negative", Echo.class, Template.class, Adding.class, Added.class, subject);
    }
}
