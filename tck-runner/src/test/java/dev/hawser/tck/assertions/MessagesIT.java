package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.Frame;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapters 2.1.3, 2.2.3, 2.2.5 and 4.7: receiving messages. */
@ArquillianTest
class MessagesIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war(
                        "messages",
                        Handlers.class,
                        Replaced.class,
                        Replaced.First.class,
                        OfText.class,
                        Primitive.class,
                        Returned.class)
                .addClasses(
                        OfStream.class, OfReader.class, OfBuffer.class, Parts.class, ByteParts.class, BufferParts.class)
                .addClasses(Limited.class, LimitedBinary.class, Pings.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Tries to register a second handler of the kind that the query names, and says what came of it. */
    @ServerEndpoint("/handlers")
    public static final class Handlers {
        @OnOpen
        public void onOpen(Session session) throws IOException {
            String result = "no error";
            try {
                switch (session.getQueryString()) {
                    case "text" -> {
                        session.addMessageHandler(String.class, message -> {});
                        session.addMessageHandler(Reader.class, message -> {});
                    }
                    case "binary" -> {
                        session.addMessageHandler(byte[].class, message -> {});
                        session.addMessageHandler(ByteBuffer.class, (part, last) -> {});
                    }
                    case "pong" -> {
                        session.addMessageHandler(PongMessage.class, message -> {});
                        session.addMessageHandler(PongMessage.class, message -> {});
                    }
                    case "one-each" -> {
                        session.addMessageHandler(String.class, message -> {});
                        session.addMessageHandler(byte[].class, message -> {});
                        session.addMessageHandler(PongMessage.class, message -> {});
                        result = "handlers " + session.getMessageHandlers().size();
                    }
                    default -> throw new IOException(session.getQueryString());
                }
            } catch (IllegalStateException e) {
                result = "refused";
            }
            session.getBasicRemote().sendText(result);
        }
    }

    /** Its handler of text removes itself during the first part of a message, and puts another in its place. */
    @ServerEndpoint("/replaced")
    public static final class Replaced {
        @OnOpen
        public void onOpen(Session session) {
            session.addMessageHandler(String.class, new First(session));
        }

        private static void say(Session session, String text) {
            try {
                session.getBasicRemote().sendText(text);
            } catch (IOException e) {
                Journal.add("replaced", e.toString());
            }
        }

        record First(Session session) implements MessageHandler.Partial<String> {
            @Override
            public void onMessage(String part, boolean last) {
                if (session.getMessageHandlers().contains(this)) {
                    session.removeMessageHandler(this);
                    session.addMessageHandler(String.class, (String whole) -> say(session, "second " + whole));
                }
                say(session, "first " + part + " " + last);
            }
        }
    }

    /** All three native kinds in one class. */
    @ServerEndpoint("/text")
    public static final class OfText {
        @OnMessage
        public String onText(String message) {
            return "text " + message;
        }

        @OnMessage
        public byte[] onBinary(byte[] message, Session session) {
            return message;
        }

        @OnMessage
        public String onPong(PongMessage pong) {
            return "pong " + StandardCharsets.UTF_8.decode(pong.getApplicationData());
        }
    }

    /** A whole message as a stream. */
    @ServerEndpoint("/stream")
    public static final class OfStream {
        @OnMessage
        public String onBinary(InputStream message) throws IOException {
            return "stream " + message.readAllBytes().length;
        }
    }

    /** A whole message as a reader. */
    @ServerEndpoint("/reader")
    public static final class OfReader {
        @OnMessage
        public String onText(Reader message) throws IOException {
            StringBuilder text = new StringBuilder("reader ");
            for (int c = message.read(); c >= 0; c = message.read()) {
                text.append((char) c);
            }
            return text.toString();
        }
    }

    /** A whole message as a buffer, answered as one. */
    @ServerEndpoint("/buffer")
    public static final class OfBuffer {
        @OnMessage
        public ByteBuffer onBinary(ByteBuffer message) {
            return message;
        }
    }

    /** Parts of text, until the last. */
    @ServerEndpoint("/parts")
    public static final class Parts {
        private final StringBuilder whole = new StringBuilder();

        @OnMessage
        public void onPart(boolean last, String part, Session session) throws IOException {
            whole.append(part);
            if (last) {
                session.getBasicRemote().sendText("parts " + whole);
                whole.setLength(0);
            }
        }
    }

    /** Parts of bytes, until the last. */
    @ServerEndpoint("/byte-parts")
    public static final class ByteParts {
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();

        @OnMessage
        public void onPart(byte[] part, boolean last, Session session) throws IOException {
            whole.writeBytes(part);
            if (last) {
                session.getBasicRemote().sendText("bytes " + whole.size());
            }
        }
    }

    /** Parts in buffers, until the last. */
    @ServerEndpoint("/buffer-parts")
    public static final class BufferParts {
        private int octets;

        @OnMessage
        public void onPart(ByteBuffer part, boolean last, Session session) throws IOException {
            octets += part.remaining();
            if (last) {
                session.getBasicRemote().sendText("buffers " + octets);
            }
        }
    }

    /** A primitive in, its class out: the type is that of the path. */
    @ServerEndpoint("/primitive")
    public static final class Primitive {
        @OnMessage
        public Integer onMessage(int number) {
            return number + 1;
        }
    }

    /** A boxed type in, a primitive out. */
    @ServerEndpoint("/returned")
    public static final class Returned {
        @OnMessage
        public double onMessage(Double number) {
            return number / 2;
        }
    }

    /** Takes messages of up to ten octets. */
    @ServerEndpoint("/limited")
    public static final class Limited {
        @OnMessage(maxMessageSize = 10)
        public String onMessage(String message) {
            return message.toUpperCase(Locale.ROOT);
        }
    }

    /** Takes messages of up to ten octets. */
    @ServerEndpoint("/limited-binary")
    public static final class LimitedBinary {
        @OnMessage(maxMessageSize = 10)
        public byte[] onMessage(byte[] message) {
            return message;
        }
    }

    /** Sends a ping and a pong when it is told to. */
    @ServerEndpoint("/pings")
    public static final class Pings {
        @OnMessage
        public void onMessage(String message, Session session) throws IOException {
            ByteBuffer data = StandardCharsets.UTF_8.encode(message);
            session.getBasicRemote().sendPing(data.duplicate());
            session.getBasicRemote().sendPong(data);
        }

        @OnMessage
        public String onPong(PongMessage pong, Session session) {
            return "pong " + StandardCharsets.UTF_8.decode(pong.getApplicationData());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "binary", "pong"})
    void aSecondHandlerOfANativeTypeIsRefused(String kind) throws IOException {
        try (WireClient client = app.open("/handlers?" + kind)) {
            assertEquals("refused", client.receiveText());
        }
    }

    @Test
    void oneHandlerOfEachNativeTypeIsAllowed() throws IOException {
        try (WireClient client = app.open("/handlers?one-each")) {
            assertEquals("handlers 3", client.receiveText());
        }
    }

    @Test
    void theHandlerThatBeganAMessageGetsAllOfIt() throws IOException {
        try (WireClient client = app.open("/replaced")) {
            client.send(false, Frame.TEXT, octets("a"));
            assertEquals("first a false", client.receiveText());
            client.send(true, Frame.CONTINUATION, octets("b"));
            String answer = client.receiveText();
            while (answer.equals("first  false") || answer.equals("first b false")) {
                answer = client.receiveText();
            }
            assertEquals("first", answer.substring(0, 5));
            client.sendText("c");
            assertEquals("second c", client.receiveText());
        }
    }

    @Test
    void eachNativeTypeHasItsOwnMethod() throws IOException {
        try (WireClient client = app.open("/text")) {
            assertEquals(
                    "text \u00e4\ud83d\ude00",
                    client.sendText("\u00e4\ud83d\ude00").receiveText());
            assertArrayEquals(
                    new byte[] {0, (byte) 0xFF, 0x7F},
                    client.sendBinary(0, 0xFF, 0x7F).receiveMessage().payload());
            client.send(true, Frame.PONG, octets("p"));
            assertEquals("pong p", client.receiveText());
        }
    }

    @ParameterizedTest
    @CsvSource({"/stream, stream 6", "/byte-parts, bytes 6", "/buffer-parts, buffers 6"})
    void aFragmentedBinaryMessageReachesEveryKindOfMethod(String path, String answer) throws IOException {
        try (WireClient client = app.open(path)) {
            client.send(false, Frame.BINARY, new byte[2])
                    .send(false, Frame.CONTINUATION, new byte[3])
                    .send(true, Frame.CONTINUATION, new byte[1]);
            assertEquals(answer, client.receiveText());
        }
    }

    @ParameterizedTest
    @CsvSource({"/text, text abcd", "/reader, reader abcd", "/parts, parts abcd"})
    void aFragmentedTextMessageReachesEveryKindOfMethod(String path, String answer) throws IOException {
        try (WireClient client = app.open(path)) {
            client.send(false, Frame.TEXT, octets("a"))
                    .send(true, Frame.PING, octets("between"))
                    .send(true, Frame.CONTINUATION, octets("bcd"));
            assertEquals(answer, client.receiveText());
        }
    }

    @Test
    void aBufferIsReceivedAndReturned() throws IOException {
        try (WireClient client = app.open("/buffer")) {
            Frame answer = client.sendBinary(1, 2, 3).receiveMessage();
            assertEquals(Frame.BINARY, answer.opcode());
            assertArrayEquals(new byte[] {1, 2, 3}, answer.payload());
        }
    }

    @Test
    void aPingIsAnsweredByAPongWithTheSameData() throws IOException {
        try (WireClient client = app.open("/text")) {
            client.send(true, Frame.PING, octets("ping"));
            assertEquals(new Frame(true, Frame.PONG, octets("ping")), client.receive());
        }
    }

    @Test
    void theApplicationSendsPingsAndPongsAndHearsPongs() throws IOException {
        try (WireClient client = app.open("/pings")) {
            client.sendText("data");
            assertEquals(new Frame(true, Frame.PING, octets("data")), client.receive());
            assertEquals(new Frame(true, Frame.PONG, octets("data")), client.receive());
            client.send(true, Frame.PONG, octets("data"));
            assertEquals("pong data", client.receiveText());
        }
    }

    @Test
    void aTextMessageBecomesAPrimitive() throws IOException {
        assertEquals("42", app.ask("/primitive", "41"));
        assertEquals("-2147483648", app.ask("/primitive", "2147483647"));
    }

    @Test
    void aPrimitiveIsReturnedInItsStandardStringForm() throws IOException {
        assertEquals("1.25", app.ask("/returned", "2.5"));
        assertEquals("1.0E20", app.ask("/returned", "2e20"));
    }

    @Test
    void aMessageOverTheLimitClosesWith1009() throws IOException {
        assertEquals("EXACTLY 10", app.ask("/limited", "exactly 10"));
        try (WireClient client = app.open("/limited")) {
            assertEquals(1009, client.sendText("eleven octe").receiveClose().closeCode());
        }
    }

    @Test
    void theLimitIsInOctetsAndCountsAllFragments() throws IOException {
        try (WireClient client = app.open("/limited")) {
            // Six characters, twelve octets of UTF-8.
            assertEquals(
                    1009, client.sendText("\u00e4".repeat(6)).receiveClose().closeCode());
        }
        try (WireClient client = app.open("/limited-binary")) {
            client.send(false, Frame.BINARY, new byte[6]).send(true, Frame.CONTINUATION, new byte[5]);
            assertEquals(1009, client.receiveClose().closeCode());
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
