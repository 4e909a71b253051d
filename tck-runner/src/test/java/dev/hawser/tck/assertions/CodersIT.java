package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chapters 3, 4.1.2 and 4.1.3: encoders and decoders. */
@ArquillianTest
class CodersIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("coders", Point.class, Point3.class, PointEncoder.class, PointDecoder.class)
                .addClasses(UpperDecoder.class, LowerDecoder.class, Word.class, Annotated.class, Chosen.class)
                .addClasses(
                        Programmatic.class, Programmatic.OnPoint.class, Configurations.class, Binary.class, Blob.class)
                .addClasses(BlobEncoder.class, BlobDecoder.class, Streams.class, Line.class)
                .addClasses(
                        LineEncoder.class, LineDecoder.class, BytesEncoder.class, BytesDecoder.class, ByteStreams.class)
                .addClasses(Bytes.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** An application object. */
    public static class Point {
        final int x;
        final int y;

        Point(int x, int y) {
            this.x = x;
            this.y = y;
        }
    }

    /** A subclass, for which there is no encoder of its own. */
    public static final class Point3 extends Point {
        Point3(int x, int y) {
            super(x, y);
        }
    }

    /** Point to text. Each instance has a number. */
    public static final class PointEncoder implements Encoder.Text<Point> {
        @Override
        public void init(EndpointConfig config) {
            Journal.add("encoders", "init");
        }

        @Override
        public String encode(Point point) throws EncodeException {
            if (point.x < 0) {
                throw new EncodeException(point, "negative");
            }
            return "(" + point.x + "," + point.y + ") " + System.identityHashCode(this);
        }

        @Override
        public void destroy() {
            Journal.add("encoders", "destroy");
        }
    }

    /** Text to Point. */
    public static final class PointDecoder implements Decoder.Text<Point> {
        @Override
        public Point decode(String text) throws DecodeException {
            String[] parts = text.split(",");
            try {
                return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            } catch (NumberFormatException e) {
                throw new DecodeException(text, "not a point", e);
            }
        }

        @Override
        public boolean willDecode(String text) {
            return text.contains(",");
        }
    }

    /** Answers with what it got: swapped, and as a subclass. */
    @ServerEndpoint(value = "/annotated", encoders = PointEncoder.class, decoders = PointDecoder.class)
    public static final class Annotated {
        @OnMessage
        public Point onMessage(Point point) {
            return new Point3(point.y, point.x);
        }

        @OnError
        public void onError(Session session, Throwable error) throws IOException {
            session.getBasicRemote().sendText(error.getClass().getSimpleName() + " " + error.getMessage());
        }
    }

    /** A word, and which decoder made it. */
    public record Word(String text) {}

    /** Takes words in capitals. */
    public static final class UpperDecoder implements Decoder.Text<Word> {
        @Override
        public Word decode(String text) {
            return new Word("upper " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return Character.isUpperCase(text.charAt(0));
        }
    }

    /** Takes the other words. */
    public static final class LowerDecoder implements Decoder.Text<Word> {
        @Override
        public Word decode(String text) {
            return new Word("lower " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return !text.startsWith("none");
        }
    }

    /** Two decoders of one type: the first that is willing decodes. */
    @ServerEndpoint(
            value = "/chosen",
            decoders = {UpperDecoder.class, LowerDecoder.class})
    public static final class Chosen {
        @OnMessage
        public String onMessage(Word word) {
            return word.text();
        }
    }

    /** The same coders, given by a configuration. */
    public static final class Programmatic extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(new OnPoint(session));
        }

        /** Its type parameter says which decoder is needed. */
        record OnPoint(Session session) implements MessageHandler.Whole<Point> {
            @Override
            public void onMessage(Point point) {
                session.getAsyncRemote().sendObject(new Point(point.x + 1, point.y + 1), result -> {});
            }
        }
    }

    /** Publishes all. */
    public static final class Configurations implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            return Set.of(ServerEndpointConfig.Builder.create(Programmatic.class, "/programmatic")
                    .encoders(List.of(PointEncoder.class))
                    .decoders(List.of(PointDecoder.class))
                    .build());
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned;
        }
    }

    /** Octets in an object. */
    public record Blob(byte[] octets) {}

    /** Blob to binary. */
    public static final class BlobEncoder implements Encoder.Binary<Blob> {
        @Override
        public ByteBuffer encode(Blob blob) {
            return ByteBuffer.wrap(blob.octets());
        }
    }

    /** Binary to Blob. */
    public static final class BlobDecoder implements Decoder.Binary<Blob> {
        @Override
        public Blob decode(ByteBuffer octets) {
            byte[] copy = new byte[octets.remaining()];
            octets.get(copy);
            return new Blob(copy);
        }

        @Override
        public boolean willDecode(ByteBuffer octets) {
            return octets.remaining() > 0;
        }
    }

    /** Echoes. */
    @ServerEndpoint(value = "/binary", encoders = BlobEncoder.class, decoders = BlobDecoder.class)
    public static final class Binary {
        @OnMessage
        public Blob onMessage(Blob blob) {
            return blob;
        }
    }

    /** Text in an object. */
    public record Line(String text) {}

    /** Line to a writer. */
    public static final class LineEncoder implements Encoder.TextStream<Line> {
        @Override
        public void encode(Line line, Writer out) throws IOException {
            out.write("<" + line.text() + ">");
        }
    }

    /** Reader to Line. */
    public static final class LineDecoder implements Decoder.TextStream<Line> {
        @Override
        public Line decode(Reader in) throws IOException {
            StringBuilder text = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                text.append((char) c);
            }
            return new Line(text.toString());
        }
    }

    /** Echoes. */
    @ServerEndpoint(value = "/streams", encoders = LineEncoder.class, decoders = LineDecoder.class)
    public static final class Streams {
        @OnMessage
        public Line onMessage(Line line) {
            return line;
        }
    }

    /** A number of octets. */
    public record Bytes(int count) {}

    /** Bytes to a stream. */
    public static final class BytesEncoder implements Encoder.BinaryStream<Bytes> {
        @Override
        public void encode(Bytes bytes, OutputStream out) throws IOException {
            out.write(new byte[bytes.count()]);
        }
    }

    /** Stream to Bytes. */
    public static final class BytesDecoder implements Decoder.BinaryStream<Bytes> {
        @Override
        public Bytes decode(InputStream in) throws IOException {
            return new Bytes(in.readAllBytes().length);
        }
    }

    /** Echoes as many. */
    @ServerEndpoint(value = "/byte-streams", encoders = BytesEncoder.class, decoders = BytesDecoder.class)
    public static final class ByteStreams {
        @OnMessage
        public Bytes onMessage(Bytes bytes) {
            return bytes;
        }
    }

    @Test
    void anObjectIsDecodedAndASubclassIsEncoded() throws IOException {
        assertTrue(app.ask("/annotated", "1,2").startsWith("(2,1) "));
    }

    @Test
    void aConfigurationsCodersWorkForAHandlerOfTheirType() throws IOException {
        assertTrue(app.ask("/programmatic", "1,2").startsWith("(2,3) "));
    }

    @Test
    void eachConnectionHasItsOwnEncoder() throws IOException {
        try (WireClient one = app.open("/annotated");
                WireClient two = app.open("/annotated")) {
            String first = one.sendText("1,1").receiveText();
            assertEquals(first, one.sendText("1,1").receiveText());
            assertNotEquals(first, two.sendText("1,1").receiveText());
        }
    }

    @Test
    void theFirstWillingDecoderDecodes() throws IOException {
        assertEquals("upper Word", app.ask("/chosen", "Word"));
        assertEquals("lower word", app.ask("/chosen", "word"));
    }

    @Test
    void aDecodersFailureReachesOnError() throws IOException {
        String answer = app.ask("/annotated", "a,b");
        assertTrue(answer.startsWith("DecodeException not a point"), answer);
    }

    @Test
    void anEncodersFailureReachesOnError() throws IOException {
        String answer = app.ask("/annotated", "1,-1");
        assertTrue(answer.startsWith("EncodeException negative"), answer);
    }

    @Test
    void objectsTravelAsBinary() throws IOException {
        try (WireClient client = app.open("/binary")) {
            assertArrayEquals(
                    new byte[] {5, 6}, client.sendBinary(5, 6).receiveMessage().payload());
        }
    }

    @Test
    void objectsTravelThroughReadersAndWriters() throws IOException {
        assertEquals("<line>", app.ask("/streams", "line"));
    }

    @Test
    void objectsTravelThroughStreams() throws IOException {
        try (WireClient client = app.open("/byte-streams")) {
            assertEquals(3, client.sendBinary(1, 2, 3).receiveMessage().payload().length);
        }
    }

    @Test
    void aCoderIsInitializedAndDestroyedOnce() throws IOException {
        try (WireClient client = app.open("/annotated")) {
            client.sendText("1,1").receiveText();
            client.sendClose(1000, "");
            client.receiveClose();
        }
        // Other connections' coders are in the same journal: an init comes first, and a destroy follows some time.
        assertEquals("init", app.event("encoders"));
        String event = app.event("encoders");
        while (!event.equals("destroy")) {
            event = app.event("encoders");
        }
    }
}
