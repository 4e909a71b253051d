package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the callbacks of annotated classes are called. */
class AnnotatedEndpointTest {
    private static final CloseReason REASON = new CloseReason(CloseCodes.GOING_AWAY, "bye");

    @Test
    void lifecycleCallbacksGetWhatTheyAskForInAnyOrder() throws Throwable {
        Everything endpoint = new Everything();
        BoundEndpoint bound = new OpenedEndpoint().open(endpoint);
        Throwable error = new IOException("cable cut");
        assertTrue(bound.onError(error));
        bound.onClose(REASON);
        assertEquals(
                Arrays.asList(
                        OpenedEndpoint.CONFIG,
                        OpenedEndpoint.SESSION,
                        error,
                        OpenedEndpoint.SESSION,
                        OpenedEndpoint.SESSION,
                        REASON),
                endpoint.arguments);
        assertSame(endpoint, bound.instance());
    }

    @Test
    void callbacksThatAreNotThereAreNotCalled() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().bind(new TextOnly());
        assertFalse(bound.hasOnOpen());
        bound.onOpen();
        bound.onClose(REASON);
        assertFalse(bound.onError(new IOException("for the log")));
        assertNull(bound.binary());
        assertNull(bound.pong());
    }

    @Test
    void exceptionsOfCallbacksArriveAsTheyAre() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(new Throwing());
        MessageInvoker text = bound.text();
        assertNotNull(text);
        IOException thrown = assertThrows(IOException.class, () -> text.invoke("disk full", true));
        assertEquals("disk full", thrown.getMessage());
        assertThrows(IllegalCallerException.class, () -> bound.onClose(REASON));
    }

    @Test
    void privateAndStaticMethodsOfClassesThatAreNotPublicAreCalled() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(new Hidden());
        MessageInvoker text = bound.text();
        MessageInvoker binary = bound.binary();
        assertNotNull(text);
        assertNotNull(binary);
        assertEquals("private: hi", text.invoke("hi", true));
        assertEquals(2, binary.invoke(new byte[2], true));
    }

    @Test
    void anInstanceOfAnotherClassIsRefused() throws Throwable {
        EndpointPlan plan = new OpenedEndpoint().plan(TextOnly.class);
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> plan.bind(
                        Component.of("a string"),
                        Components.plain(),
                        OpenedEndpoint.SESSION,
                        OpenedEndpoint.CONFIG,
                        Map.of(),
                        true));
        assertTrue(thrown.getMessage().contains("java.lang.String"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(TextOnly.class.getTypeName()), thrown.getMessage());
    }

    @Test
    void aSubclassMadeByAProxyingConfiguratorIsCalledThroughItsOverrides() throws Throwable {
        EndpointPlan plan = new OpenedEndpoint().plan(TextOnly.class);
        TextOnly proxy = new TextOnly() {
            @Override
            public String text(String message) {
                return "proxied " + super.text(message);
            }
        };
        BoundEndpoint bound = plan.bind(
                Component.of(proxy), Components.plain(), OpenedEndpoint.SESSION, OpenedEndpoint.CONFIG, Map.of(), true);
        MessageInvoker text = bound.text();
        assertNotNull(text);
        assertEquals("proxied got it", text.invoke("it", true));
    }

    @Test
    void onlyTheLimitOfWholeMessagesCounts() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(new Limited());
        MessageInvoker text = bound.text();
        MessageInvoker binary = bound.binary();
        assertNotNull(text);
        assertNotNull(binary);
        assertEquals(100, text.maxMessageSize());
        assertEquals(-1, binary.maxMessageSize(), "maxMessageSize does not apply to parts (javadoc of OnMessage)");
    }

    static class Everything {
        final List<Object> arguments = new ArrayList<>();

        @OnOpen
        void open(EndpointConfig config, Session session) {
            arguments.addAll(List.of(config, session));
        }

        @OnError
        void error(Throwable error, Session session) {
            arguments.addAll(List.of(error, session));
        }

        @OnClose
        void close(Session session, CloseReason reason) {
            arguments.addAll(List.of(session, reason));
        }
    }

    static class TextOnly {
        @OnMessage
        public String text(String message) {
            return "got " + message;
        }
    }

    static class Throwing {
        @OnMessage
        void text(String message) throws IOException {
            throw new IOException(message);
        }

        @OnClose
        void close() {
            throw new IllegalCallerException();
        }
    }

    static class Hidden {
        @SuppressWarnings("UnusedMethod") // called through its annotation
        @OnMessage
        private String text(String message) {
            return "private: " + message;
        }

        @OnMessage
        static int binary(byte[] message) {
            return message.length;
        }
    }

    static class Limited {
        @OnMessage(maxMessageSize = 100)
        void text(String message) {}

        @OnMessage(maxMessageSize = 100)
        void binary(byte[] part, boolean last) {}
    }
}
