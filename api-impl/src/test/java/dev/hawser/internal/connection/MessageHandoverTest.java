package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages whose handlers change while they arrive or wait (Jakarta WebSocket 2.1.3). */
class MessageHandoverTest {
    @Test
    void aMessageGoesToOneHandlerThoughAnotherTakesItsPlace() {
        Replacing endpoint = new Replacing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(
                    SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}),
                    SessionHarness.frame(Opcode.CONTINUATION, false, new byte[] {'b'}),
                    SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'c'}));
            // a message that comes while a handler is replaced has none
            SessionHarness.await("another handler is there", () -> endpoint.seen.contains("first c"));
            session.read(SessionHarness.text("d"));
            SessionHarness.await("all is handed over", () -> endpoint.seen.contains("second d"));
            String first = String.join("", endpoint.seen).replace("second d", "");
            assertEquals("abc", first.replace("first ", ""));
        }
    }

    /** Its handler of parts makes way for one of whole messages at the first part. */
    @ServerEndpoint("/test")
    public static class Replacing {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @OnOpen
        public void onOpen(Session session) {
            session.addMessageHandler(String.class, new MessageHandler.Partial<String>() {
                @Override
                public void onMessage(String part, boolean last) {
                    seen.add("first " + part);
                    if (session.getMessageHandlers().contains(this)) {
                        session.removeMessageHandler(this);
                        session.addMessageHandler(
                                String.class, (MessageHandler.Whole<String>) whole -> seen.add("second " + whole));
                    }
                }
            });
        }
    }

    /** What another handler is given of a message that was received for a handler of parts, or of streams. */
    static Stream<Arguments> changesOfHandler() {
        MessageHandler.Partial<String> parts = (part, last) -> {};
        MessageHandler.Whole<Reader> reader = text -> {};
        return Stream.of(
                Arguments.of(String.class, parts, String.class, "[abc]"),
                Arguments.of(String.class, parts, Reader.class, "[abc]"),
                Arguments.of(Reader.class, reader, String.class, "[abc]"));
    }

    @ParameterizedTest
    @MethodSource("changesOfHandler")
    void aMessageIsPutTogetherForAHandlerThatWantsItInAnotherForm(
            Class<?> before, MessageHandler early, Class<?> after, String handedOver) {
        Changing endpoint = new Changing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            endpoint.add(before, early);
            session.read(SessionHarness.binary(new byte[1]));
            SessionHarness.await("the turn is held up", () -> endpoint.heldUp);
            session.read(
                    SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}),
                    SessionHarness.frame(Opcode.CONTINUATION, false, new byte[] {'b'}),
                    SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'c'}));
            endpoint.session.removeMessageHandler(early);
            endpoint.add(after, (MessageHandler.Whole<Object>) endpoint::take);
            endpoint.release.countDown();
            SessionHarness.await("handed over", () -> !endpoint.taken.isEmpty());
            assertEquals(handedOver, endpoint.taken.toString());
        }
    }

    @Test
    void aMessageThatIsTooBigToBePutTogetherClosesWith1009() {
        assertTooBigToBePutTogether(
                SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a', 'b'}),
                SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'c'}));
    }

    /** The limit of a message in parts is a gigabyte, which is not to be gathered before somebody looks. */
    @Test
    void aMessageThatIsPutTogetherIsTooBigAsSoonAsItsPartsAre() {
        assertTooBigToBePutTogether(SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a', 'b', 'c'}));
    }

    @Test
    void aMessageThatCameAsOnePartIsTooBigForAHandlerOfWholeOnes() {
        assertTooBigToBePutTogether(SessionHarness.text("abc"));
    }

    @Test
    void aTextThatIsPutTogetherIsMeasuredInBytesAndNotInCharacters() {
        byte[] euro = {(byte) 0xE2, (byte) 0x82, (byte) 0xAC};
        assertTooBigToBePutTogether(
                SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}),
                SessionHarness.frame(Opcode.CONTINUATION, true, euro));
    }

    /** A handler of whole messages, of two octets at the most, comes in the place of one of parts while these wait. */
    private static void assertTooBigToBePutTogether(byte[]... frames) {
        Changing endpoint = new Changing();
        MessageHandler.Partial<String> parts = (part, last) -> {};
        Settings small =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 2).build();
        try (SessionHarness session = new SessionHarness(endpoint, small)) {
            endpoint.session.addMessageHandler(String.class, parts);
            session.read(SessionHarness.binary(new byte[1]));
            SessionHarness.await("the turn is held up", () -> endpoint.heldUp);
            session.read(frames);
            endpoint.session.removeMessageHandler(parts);
            endpoint.session.addMessageHandler(String.class, (MessageHandler.Whole<String>) endpoint::take);
            endpoint.release.countDown();
            SessionHarness.await("closed", () -> session.received().toString().contains("close:1009"));
            assertEquals(List.of(), endpoint.taken);
        }
    }

    /** A binary message holds its turn up, while the handlers of texts change. */
    @ServerEndpoint("/test")
    public static class Changing {
        final CountDownLatch release = new CountDownLatch(1);
        final List<String> taken = new CopyOnWriteArrayList<>();
        volatile boolean heldUp;
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public void onBinary(byte[] message) throws InterruptedException {
            heldUp = true;
            release.await();
        }

        @SuppressWarnings("unchecked") // the test states the type
        void add(Class<?> type, MessageHandler handler) {
            if (handler instanceof MessageHandler.Whole<?> whole) {
                session.addMessageHandler((Class<Object>) type, (MessageHandler.Whole<Object>) whole);
            } else {
                session.addMessageHandler((Class<Object>) type, (MessageHandler.Partial<Object>) handler);
            }
        }

        void take(Object message) {
            try {
                StringBuilder text = new StringBuilder();
                Reader reader = message instanceof Reader stream ? stream : new StringReader((String) message);
                for (int c = reader.read(); c >= 0; c = reader.read()) {
                    text.append((char) c);
                }
                taken.add(text.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void anEndpointWhoseHandlersComeAfterOnOpenLosesAKindThatHasNoneYetAndStaysOpen() {
        AddingLater endpoint = new AddingLater();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("before any handler"));
            endpoint.take(String.class);
            session.read(SessionHarness.binary(new byte[3]), SessionHarness.text("between"));
            SessionHarness.await("the text is handed over", () -> endpoint.seen.equals(List.of("between")));
            endpoint.take(byte[].class);
            session.read(SessionHarness.binary(new byte[4]));
            SessionHarness.await("both handlers are there", () -> endpoint.seen.equals(List.of("between", "4 bytes")));
            assertEquals(List.of(), session.received());
        }
    }

    @Test
    void anEndpointThatReplacesItsOnlyHandlerLosesWhatComesInBetweenAndStaysOpen() {
        AddingLater endpoint = new AddingLater(String.class, byte[].class);
        try (SessionHarness session = new SessionHarness(endpoint)) {
            endpoint.session.getMessageHandlers().forEach(endpoint.session::removeMessageHandler);
            endpoint.take(byte[].class);
            session.read(SessionHarness.text("in between"), SessionHarness.binary(new byte[5]));
            SessionHarness.await("handed over", () -> endpoint.seen.equals(List.of("5 bytes")));
            assertEquals(List.of(), session.received());
        }
    }

    @Test
    void anEndpointThatHasAddedAHandlerInOnOpenRefusesTheOtherKind() {
        AddingLater endpoint = new AddingLater(String.class);
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.binary(new byte[3]));
            SessionHarness.await(
                    "refused", () -> session.received().stream().anyMatch(line -> line.startsWith("close:1003 ")));
        }
    }

    /** Adds handlers in onOpen, or when it is told to. */
    public static class AddingLater extends Endpoint {
        final List<String> seen = new CopyOnWriteArrayList<>();
        private final List<Class<?>> atOnce;
        volatile Session session;

        AddingLater(Class<?>... atOnce) {
            this.atOnce = List.of(atOnce);
        }

        @Override
        public void onOpen(Session opened, EndpointConfig config) {
            session = opened;
            atOnce.forEach(this::take);
        }

        void take(Class<?> type) {
            if (type == String.class) {
                session.addMessageHandler(String.class, (MessageHandler.Whole<String>) seen::add);
            } else {
                session.addMessageHandler(
                        byte[].class, (MessageHandler.Whole<byte[]>) message -> seen.add(message.length + " bytes"));
            }
        }
    }
}
