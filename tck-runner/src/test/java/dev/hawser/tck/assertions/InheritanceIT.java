package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hawser.tck.wire.Frame;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chapter 4.8: annotations and inheritance. */
@ArquillianTest
class InheritanceIT {

    @ArquillianResource
    @OperateOnDeployment("inheritance")
    private URL url;

    @ArquillianResource
    @OperateOnDeployment("not-public")
    private URL notPublicUrl;

    private Application app;

    @Deployment(name = "inheritance", testable = false)
    static WebArchive application() {
        return Application.war("inheritance", Parent.class, PlainChild.class, Overridden.class, Overriding.class)
                .addClasses(Again.class);
    }

    @Deployment(name = "not-public", testable = false)
    static WebArchive withAClassThatIsNotPublic() {
        return Application.war("not-public", Parent.class, NotPublic.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** An endpoint. */
    @ServerEndpoint("/parent")
    public static class Parent {
        @OnMessage
        public String onMessage(String message) {
            return getClass().getSimpleName() + " " + message;
        }
    }

    /** Not an endpoint: the annotation of its superclass is not passed down. Were it one, its path would be taken. */
    public static class PlainChild extends Parent {}

    /** Has a method for messages. */
    public static class Overridden {
        @OnMessage
        public String onMessage(String message) {
            return "inherited " + message;
        }
    }

    /** Overrides it without the annotation, so it has none. */
    @ServerEndpoint("/overriding")
    public static class Overriding extends Overridden {
        @Override
        public String onMessage(String message) {
            return "overriding " + message;
        }
    }

    /** Overrides it with the annotation. */
    @ServerEndpoint("/again")
    public static class Again extends Overridden {
        @Override
        @OnMessage
        public String onMessage(String message) {
            return "again " + message;
        }
    }

    /** Annotated but not public. */
    @ServerEndpoint("/not-public")
    static class NotPublic {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    @Test
    void aSubclassOfAnEndpointIsNotDeployed() throws IOException {
        assertEquals("Parent x", app.ask("/parent", "x"));
    }

    @Test
    void anOverridingMethodWithoutTheAnnotationIsNotCalled() throws IOException {
        try (WireClient client = app.open("/overriding")) {
            client.sendText("x").send(true, Frame.PING, new byte[0]);
            assertNotEquals(Frame.TEXT, client.receive().opcode(), "the overriding method was called");
        }
    }

    @Test
    void anOverridingMethodWithTheAnnotationIsCalled() throws IOException {
        assertEquals("again x", app.ask("/again", "x"));
    }

    @Test
    void aClassThatIsNotPublicIsFilteredOut() throws IOException {
        Application other = new Application(notPublicUrl);
        assertNotEquals(101, other.handshake("/not-public").status());
        assertEquals("Parent x", other.ask("/parent", "x"));
    }
}
