package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A class that is annotated and extends Endpoint: no clause forbids it, and the implementations of others deploy it.
 */
class AnnotatedSubclassTest {
    private static List<String> lifeOf(Recording endpoint) throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(endpoint);
        assertNotNull(bound.text());
        bound.text().invoke("7", true);
        endpoint.told.add("error told: " + bound.onError(new IllegalStateException()));
        bound.onClose(new CloseReason(CloseCodes.NORMAL_CLOSURE, ""));
        return endpoint.told;
    }

    @Test
    void theMethodsOfEndpointAreCalledWhereNoneIsAnnotated() throws Throwable {
        assertEquals(
                List.of("onOpen", "message 7", "onError", "error told: true", "onClose"), lifeOf(new OnlyMessages()));
    }

    @Test
    void theAnnotatedMethodsAreCalledInTheirPlace() throws Throwable {
        assertEquals(
                List.of("annotated open", "message 7", "annotated error", "error told: true", "annotated close"),
                lifeOf(new AllAnnotated()));
    }

    @Test
    void anOverrideThatIsAnnotatedIsCalledOnce() throws Throwable {
        assertEquals(
                List.of("onOpen", "message 7", "error told: false"),
                lifeOf(new AnnotatedOverride()).stream()
                        .filter(told -> !told.equals("onClose"))
                        .toList());
    }

    @Test
    void aSubclassWithoutTheAnnotationOfTheClassIsProgrammatic() throws Throwable {
        NotAnnotated endpoint = new NotAnnotated();
        BoundEndpoint bound = new OpenedEndpoint().open(endpoint);
        assertEquals(List.of("onOpen"), endpoint.told);
        assertTrue(bound.text() == null);
        assertFalse(bound.isAnnotated());
    }

    abstract static class Recording extends Endpoint {
        final List<String> told = new ArrayList<>();

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            told.add("onOpen");
        }
    }

    @ServerEndpoint("/only-messages")
    static class OnlyMessages extends Recording {
        @OnMessage
        void message(String text) {
            told.add("message " + text);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            told.add("onClose");
        }

        @Override
        public void onError(Session session, Throwable error) {
            told.add("onError");
        }
    }

    @ServerEndpoint("/all")
    static class AllAnnotated extends OnlyMessages {
        @OnOpen
        void open() {
            told.add("annotated open");
        }

        @OnClose
        void close(CloseReason reason) {
            told.add("annotated close");
        }

        @OnError
        void error(Throwable error) {
            told.add("annotated error");
        }
    }

    @ServerEndpoint("/override")
    static class AnnotatedOverride extends Recording {
        @Override
        @OnOpen
        public void onOpen(Session session, EndpointConfig config) {
            super.onOpen(session, config);
        }

        @OnMessage
        void message(String text) {
            told.add("message " + text);
        }
    }

    static class NotAnnotated extends Recording {
        @OnMessage
        void message(String text) {
            told.add("message " + text);
        }
    }
}
