package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapters 3.1.1, 4.1.1 and 6.4: which endpoint answers a URI. The examples of the chapter are all here. */
@ArquillianTest
class UriMatchingIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("matching", Slash.class, OneVariable.class, VariableThenC.class, AllExact.class)
                .addClasses(TwoVariables.class, VariableThenD.class, BThenVariable.class, Root.class, Exact.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** A path that ends with a slash. */
    @ServerEndpoint("/slash/b/")
    public static final class Slash {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "Slash " + session.getPathParameters();
        }
    }

    /** A template. */
    @ServerEndpoint("/one/{var}")
    public static final class OneVariable {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "OneVariable " + session.getPathParameters();
        }
    }

    /** A variable, then an exact segment. */
    @ServerEndpoint("/a/{var}/c")
    public static final class VariableThenC {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "VariableThenC " + session.getPathParameters();
        }
    }

    /** Exact. */
    @ServerEndpoint("/a/b/c")
    public static final class AllExact {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "AllExact " + session.getPathParameters();
        }
    }

    /** Two variables. */
    @ServerEndpoint("/a/{var1}/{var2}")
    public static final class TwoVariables {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "TwoVariables " + session.getPathParameters().get("var1") + " "
                    + session.getPathParameters().get("var2");
        }
    }

    /** A variable first. */
    @ServerEndpoint("/{var1}/d")
    public static final class VariableThenD {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "VariableThenD " + session.getPathParameters();
        }
    }

    /** A variable last. */
    @ServerEndpoint("/b/{var2}")
    public static final class BThenVariable {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "BThenVariable " + session.getPathParameters();
        }
    }

    /** The root of the application. */
    @ServerEndpoint("/")
    public static final class Root {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "Root " + session.getRequestURI();
        }
    }

    /** An expanded form of a template that another endpoint has. */
    @ServerEndpoint("/one/exact")
    public static final class Exact {
        @OnMessage
        public String onMessage(String message, Session session) {
            return "Exact " + session.getPathParameters();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/slash/b/, Slash {}",
        "/one/b, OneVariable {var=b}",
        "/one/apple, OneVariable {var=apple}",
        "/a/b/c, AllExact {}",
        "/a/d/c, VariableThenC {var=d}",
        "/a/x/y, TwoVariables x y",
        "/a/b/d, TwoVariables b d",
        "/b/d, BThenVariable {var2=d}",
        "/z/d, VariableThenD {var1=z}",
        "/one/exact, Exact {}",
    })
    void theBestMatchAnswers(String path, String answer) throws IOException {
        assertEquals(answer, app.ask(path, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/slash/b",
                "/slash",
                "/one",
                "/one/",
                "/one/b/",
                "/one/b/c",
                "/nothing",
                "/a/b",
                "/a/b/c/d",
                "/ONE/b",
                "/b/"
            })
    void withoutAMatchThereIsNoConnection(String path) throws IOException {
        assertNotEquals(101, app.handshake(path).status());
    }

    @ParameterizedTest
    @CsvSource({
        "/one/./b, OneVariable {var=b}",
        "/one/x/../b, OneVariable {var=b}",
        "/%6Fne/b, OneVariable {var=b}",
        "/one/%62, OneVariable {var=b}",
    })
    void theUriIsNormalizedBeforeItIsCompared(String path, String answer) throws IOException {
        assertEquals(answer, app.ask(path, ""));
    }

    @Test
    void aQueryIsNoPartOfTheMatch() throws IOException {
        assertEquals("OneVariable {var=b}", app.ask("/one/b?one/exact", ""));
    }

    @Test
    void theRootOfTheWebSocketsIsTheContextPath() throws IOException {
        assertEquals("Root " + app.uri("/"), app.ask("/", ""));
        assertNotEquals(101, new Application(url).handshake("/../one/b").status(), "outside of the context");
    }
}
