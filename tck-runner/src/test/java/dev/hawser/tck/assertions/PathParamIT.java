package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.DecodeException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chapter 4.3: path parameters. */
@ArquillianTest
class PathParamIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("pathparam", Everywhere.class, Primitives.class, Boxed.class, Undecodable.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** The parameter in each of the four methods. */
    @ServerEndpoint("/everywhere/{name}/{other}")
    public static final class Everywhere {
        private String opened = "";

        @OnOpen
        public void onOpen(@PathParam("name") String name, Session session, @PathParam("other") String other) {
            opened = name + other;
        }

        @OnMessage
        public String onMessage(
                @PathParam("name") String name, String message, @PathParam("absent") @Nullable String absent) {
            if (message.equals("fail")) {
                throw new IllegalStateException();
            }
            return opened + " " + name + " " + absent;
        }

        @OnError
        public void onError(Throwable error, @PathParam("other") String other, Session session) throws IOException {
            session.getBasicRemote().sendText("error " + other);
        }

        @OnClose
        public void onClose(@PathParam("name") String name) {
            Journal.add(name, "closed");
        }
    }

    /** All primitive types. */
    @ServerEndpoint("/primitive/{z}/{c}/{b}/{s}/{i}/{j}/{f}/{d}")
    public static final class Primitives {
        @OnMessage
        public String onMessage(
                String message,
                @PathParam("z") boolean z,
                @PathParam("c") char c,
                @PathParam("b") byte b,
                @PathParam("s") short s,
                @PathParam("i") int i,
                @PathParam("j") long j,
                @PathParam("f") float f,
                @PathParam("d") double d) {
            return z + " " + c + " " + b + " " + s + " " + i + " " + j + " " + f + " " + d;
        }
    }

    /** All boxed types. */
    @ServerEndpoint("/boxed/{z}/{c}/{b}/{s}/{i}/{j}/{f}/{d}")
    public static final class Boxed {
        @OnMessage
        public String onMessage(
                String message,
                @PathParam("z") Boolean z,
                @PathParam("c") Character c,
                @PathParam("b") Byte b,
                @PathParam("s") Short s,
                @PathParam("i") Integer i,
                @PathParam("j") Long j,
                @PathParam("f") Float f,
                @PathParam("d") Double d) {
            return z + " " + c + " " + b + " " + s + " " + i + " " + j + " " + f + " " + d;
        }
    }

    /** The segment need not be a number. */
    @ServerEndpoint("/number/{n}")
    public static final class Undecodable {
        @OnMessage
        public String onMessage(@PathParam("n") int number, String message) {
            return "number " + number;
        }

        @OnError
        public void onError(Session session, Throwable error) throws IOException {
            String segment = error instanceof DecodeException decode ? decode.getText() : "no segment";
            session.getBasicRemote().sendText(error.getClass().getSimpleName() + " " + segment);
        }
    }

    @Test
    void aParameterHasTheSegmentInEveryMethod() throws IOException {
        try (WireClient client = app.open("/everywhere/n/o")) {
            assertEquals("no n null", client.sendText("").receiveText());
            assertEquals("error o", client.sendText("fail").receiveText());
            client.sendClose(1000, "").receiveClose();
        }
        assertEquals("closed", app.event("n"));
    }

    @Test
    void aNameThatIsNotInTheTemplateGivesNull() throws IOException {
        assertEquals("ab a null", app.ask("/everywhere/a/b", ""));
    }

    @Test
    void aStringParameterIsTheSegment() throws IOException {
        assertEquals("007,$! 007,$ null", app.ask("/everywhere/007,$/!", ""));
    }

    @Test
    void everyPrimitiveTypeIsMadeFromTheSegment() throws IOException {
        String values = "true/x/-128/-32768/-2147483648/9223372036854775807/1.5/2.25";
        assertEquals(values.replace('/', ' '), app.ask("/primitive/" + values, ""));
    }

    @Test
    void everyBoxedTypeIsMadeFromTheSegment() throws IOException {
        String values = "false/y/127/32767/2147483647/-9223372036854775808/0.5/1.0E10";
        assertEquals(values.replace('/', ' '), app.ask("/boxed/" + values, ""));
    }

    @Test
    void aSegmentThatIsNotOfTheTypeGivesOnErrorADecodeExceptionWithTheSegment() throws IOException {
        assertEquals("number 7", app.ask("/number/7", ""));
        assertEquals("DecodeException seven", app.ask("/number/seven", ""));
    }
}
