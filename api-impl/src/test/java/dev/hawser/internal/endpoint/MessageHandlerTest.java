package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Decoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Programmatic endpoints, and MessageHandlers added to a session of either style (Jakarta WebSocket 2.1.3). */
class MessageHandlerTest {
    private final List<Object> received = new ArrayList<>();

    private static BoundEndpoint open(Object endpoint) throws Throwable {
        return new OpenedEndpoint().open(endpoint);
    }

    private static MessageInvoker present(MessageInvoker invoker) {
        assertNotNull(invoker);
        return invoker;
    }

    @Test
    void theCallbacksOfAProgrammaticEndpointAreCalled() throws Throwable {
        Programmatic endpoint = new Programmatic();
        BoundEndpoint bound = open(endpoint);
        assertTrue(bound.hasOnOpen());
        assertTrue(bound.onError(new IOException("x")));
        bound.onClose(new CloseReason(CloseReason.CloseCodes.NO_STATUS_CODE, ""));
        assertEquals(List.of("open true true", "error x", "close 1005"), endpoint.calls);
    }

    @Test
    void anInheritedOnErrorIsNoneSoThatTheErrorIsLogged() throws Throwable {
        assertFalse(open(new Plain()).onError(new IOException("lost otherwise")));
    }

    @Test
    void methodAnnotationsOfAProgrammaticEndpointMeanNothing() throws Throwable {
        assertNull(open(new Stray()).text());
    }

    @Test
    void aHandlerIsSeenByTheNextMessageAndGoneAfterRemoval() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        assertNull(bound.text());
        MessageHandler.Whole<String> handler = received::add;
        bound.addMessageHandler(String.class, handler, true);
        assertNull(present(bound.text()).invoke("one", true));
        assertEquals(List.of("one"), received);
        assertEquals(Set.of(handler), bound.messageHandlers());
        bound.removeMessageHandler(handler);
        assertNull(bound.text());
        assertEquals(Set.of(), bound.messageHandlers());
        bound.addMessageHandler(String.class, handler, true);
        assertNotNull(bound.text());
    }

    @Test
    void theSetOfHandlersIsAnUnmodifiableCopy() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        MessageHandler.Whole<String> handler = received::add;
        bound.addMessageHandler(String.class, handler, true);
        Set<MessageHandler> handlers = bound.messageHandlers();
        bound.removeMessageHandler(handler);
        assertEquals(1, handlers.size());
        assertThrows(UnsupportedOperationException.class, handlers::clear);
    }

    @Test
    void removingAnUnknownHandlerChangesNothing() throws Throwable {
        BoundEndpoint bound = open(new Annotated());
        MessageHandler.Whole<String> unknown = received::add;
        bound.removeMessageHandler(unknown);
        assertNotNull(bound.text());
    }

    @Test
    void annotatedMethodsAreNoMessageHandlers() throws Throwable {
        assertEquals(Set.of(), open(new Annotated()).messageHandlers());
    }

    static Stream<Arguments> typesAndDeliveries() {
        return Stream.of(
                Arguments.of(String.class, true, "text", Delivery.WHOLE),
                Arguments.of(Integer.class, true, "text", Delivery.WHOLE),
                Arguments.of(Reader.class, true, "text", Delivery.STREAM),
                Arguments.of(String.class, false, "text", Delivery.PARTS),
                Arguments.of(byte[].class, true, "binary", Delivery.WHOLE),
                Arguments.of(ByteBuffer.class, true, "binary", Delivery.WHOLE),
                Arguments.of(InputStream.class, true, "binary", Delivery.STREAM),
                Arguments.of(byte[].class, false, "binary", Delivery.PARTS),
                Arguments.of(ByteBuffer.class, false, "binary", Delivery.PARTS),
                Arguments.of(PongMessage.class, true, "pong", Delivery.WHOLE));
    }

    @ParameterizedTest
    @MethodSource("typesAndDeliveries")
    void theTypeDecidesKindAndDelivery(Class<?> type, boolean whole, String kind, Delivery delivery) throws Throwable {
        BoundEndpoint bound = open(new Plain());
        MessageHandler.Whole<Object> asWhole = received::add;
        MessageHandler.Partial<Object> asParts = (part, last) -> received.add(part);
        bound.addMessageHandler(type, whole ? asWhole : asParts, whole);
        assertEquals(kind.equals("text"), bound.text() != null);
        assertEquals(kind.equals("binary"), bound.binary() != null);
        assertEquals(kind.equals("pong"), bound.pong() != null);
        MessageInvoker invoker = Stream.of(bound.text() == null ? bound.binary() : bound.text(), bound.pong())
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseThrow();
        assertEquals(delivery, invoker.delivery());
        assertEquals(-1, invoker.maxMessageSize());
    }

    @Test
    void partsCarryTheFlag() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        MessageHandler.Partial<ByteBuffer> handler = (part, last) -> received.add(part.remaining() + " " + last);
        bound.addMessageHandler(ByteBuffer.class, handler, false);
        present(bound.binary()).invoke(new byte[5], false);
        present(bound.binary()).invoke(new byte[0], true);
        assertEquals(List.of("5 false", "0 true"), received);
    }

    @Test
    void aSecondHandlerOfAKindIsRefusedNamingBoth() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        bound.addMessageHandler(new StringHandler());
        IllegalStateException thrown =
                assertThrows(IllegalStateException.class, () -> bound.addMessageHandler(new ReaderHandler()));
        assertTrue(thrown.getMessage().contains(StringHandler.class.getTypeName()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(ReaderHandler.class.getTypeName()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("text messages"), thrown.getMessage());
        assertEquals(1, bound.messageHandlers().size());
    }

    @Test
    void anAnnotatedMethodAndAnAddedHandlerOfOneKindAreTwo() throws Throwable {
        BoundEndpoint bound = open(new Annotated());
        IllegalStateException thrown =
                assertThrows(IllegalStateException.class, () -> bound.addMessageHandler(new StringHandler()));
        assertTrue(thrown.getMessage().contains("Annotated.message(String)"), thrown.getMessage());
        bound.addMessageHandler(ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) received::add, true);
        assertNotNull(bound.binary());
    }

    @SuppressWarnings("JdkObsolete") // the class itself is what is resolved
    @Test
    void theTypeIsFoundThroughTheClassHierarchy() throws Throwable {
        OpenedEndpoint decoded = new OpenedEndpoint().decodedBy(List.of(ListDecoder.class));
        BoundEndpoint bound = decoded.open(new Plain());
        bound.addMessageHandler(new ListHandler(received));
        present(bound.text()).invoke("word", true);
        assertEquals(List.of(new LinkedList<>(List.of(new HashSet<>(Set.of("word"))))), received);
    }

    @Test
    void aRawClassTokenFindsTheDecoderOfAGenericType() throws Throwable {
        BoundEndpoint bound =
                new OpenedEndpoint().decodedBy(List.of(ListDecoder.class)).open(new Plain());
        bound.addMessageHandler(LinkedList.class, (MessageHandler.Whole<?>) received::add, true);
        assertNotNull(bound.text());
    }

    @Test
    void aHandlerThatIsBothTakesTwoKinds() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        TextAndParts handler = new TextAndParts(received);
        bound.addMessageHandler(handler);
        present(bound.text()).invoke("whole", true);
        present(bound.binary()).invoke(new byte[1], true);
        assertEquals(List.of("whole", 1), received);
        assertEquals(Set.of(handler), bound.messageHandlers());
        bound.removeMessageHandler(handler);
        assertNull(bound.text());
        assertNull(bound.binary());
    }

    @Test
    void aLambdaDoesNotTellItsType() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        MessageHandler.Whole<String> lambda = received::add;
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> bound.addMessageHandler(lambda));
        assertTrue(thrown.getMessage().contains("addMessageHandler(Class, MessageHandler.Whole)"), thrown.getMessage());
    }

    @Test
    void aTypeThatNothingMakesIsRefused() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        MessageHandler.Whole<Thread> whole = received::add;
        MessageHandler.Partial<Reader> partial = (part, last) -> received.add(part);
        IllegalArgumentException noDecoder =
                assertThrows(IllegalArgumentException.class, () -> bound.addMessageHandler(Thread.class, whole, true));
        assertTrue(noDecoder.getMessage().contains("java.lang.Thread"), noDecoder.getMessage());
        IllegalArgumentException noPart = assertThrows(
                IllegalArgumentException.class, () -> bound.addMessageHandler(Reader.class, partial, false));
        assertTrue(noPart.getMessage().contains("java.io.Reader"), noPart.getMessage());
    }

    @Test
    void aHandlerOfNeitherKindIsRefused() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        assertThrows(IllegalArgumentException.class, () -> bound.addMessageHandler(new MessageHandler() {}));
    }

    @Test
    void theStreamGoesToTheHandlerAsItIs() throws Throwable {
        BoundEndpoint bound = open(new Plain());
        bound.addMessageHandler(Reader.class, (MessageHandler.Whole<Reader>) received::add, true);
        Reader reader = new StringReader("");
        present(bound.text()).invoke(reader, true);
        assertSame(reader, received.get(0));
    }

    static class Plain extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    static class Stray extends Plain {
        @OnMessage
        public void message(String text) {}
    }

    static class Programmatic extends Endpoint {
        final List<String> calls = new ArrayList<>();

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            calls.add("open " + (session == OpenedEndpoint.SESSION) + " " + (config == OpenedEndpoint.CONFIG));
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            calls.add("close " + reason.getCloseCode().getCode());
        }

        @Override
        public void onError(Session session, Throwable error) {
            calls.add("error " + error.getMessage());
        }
    }

    static class Annotated {
        @OnMessage
        void message(String text) {}
    }

    static class StringHandler implements MessageHandler.Whole<String> {
        @Override
        public void onMessage(String message) {}
    }

    static class ReaderHandler implements MessageHandler.Whole<Reader> {
        @Override
        public void onMessage(Reader message) {}
    }

    abstract static class Received<T> implements MessageHandler.Whole<T> {
        private final List<Object> received;

        Received(List<Object> received) {
            this.received = received;
        }

        @Override
        public void onMessage(T message) {
            received.add(message);
        }
    }

    abstract static class ReceivedList<E> extends Received<LinkedList<E>> {
        ReceivedList(List<Object> received) {
            super(received);
        }
    }

    static class ListHandler extends ReceivedList<HashSet<String>> {
        ListHandler(List<Object> received) {
            super(received);
        }
    }

    record TextAndParts(List<Object> received) implements MessageHandler.Whole<String>, MessageHandler.Partial<byte[]> {
        @Override
        public void onMessage(String message) {
            received.add(message);
        }

        @Override
        public void onMessage(byte[] part, boolean last) {
            received.add(part.length);
        }
    }

    @SuppressWarnings({"NonApiType", "JdkObsolete"}) // the classes themselves are what is resolved
    public static class ListDecoder implements Decoder.Text<LinkedList<HashSet<String>>> {
        @Override
        public LinkedList<HashSet<String>> decode(String text) {
            return new LinkedList<>(List.of(new HashSet<>(Set.of(text))));
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }
}
