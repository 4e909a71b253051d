package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import jakarta.websocket.DecodeException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of {@code @OnMessage} that need no decoder (javadoc of OnMessage, Jakarta WebSocket 4.7). */
class MessageParameterTest {
    private static final byte[] BYTES = {1, 2, 3};

    private static MessageInvoker text(Object endpoint) throws Throwable {
        MessageInvoker text = new OpenedEndpoint().open(endpoint).text();
        assertNotNull(text);
        return text;
    }

    private static MessageInvoker binary(Object endpoint) throws Throwable {
        MessageInvoker binary = new OpenedEndpoint().open(endpoint).binary();
        assertNotNull(binary);
        return binary;
    }

    @Test
    void aWholeTextWithSession() throws Throwable {
        MessageInvoker text = text(new WholeText());
        assertEquals(Delivery.WHOLE, text.delivery());
        assertSame("hello", text.invoke("hello", true));
    }

    @Test
    void aTextInParts() throws Throwable {
        MessageInvoker text = text(new TextParts());
        assertEquals(Delivery.PARTS, text.delivery());
        assertEquals("a false", text.invoke("a", false));
        assertEquals("b true", text.invoke("b", true));
    }

    @Test
    void aTextAsReader() throws Throwable {
        MessageInvoker text = text(new TextReader());
        assertEquals(Delivery.STREAM, text.delivery());
        assertEquals((int) 'x', text.invoke(new StringReader("x"), true));
    }

    static Stream<Arguments> primitives() {
        return Stream.of(
                Arguments.of(new Primitives.OfBoolean(), "true", true),
                Arguments.of(new Primitives.OfByte(), "-128", (byte) -128),
                Arguments.of(new Primitives.OfShort(), "32767", (short) 32767),
                Arguments.of(new Primitives.OfChar(), "c", 'c'),
                Arguments.of(new Primitives.OfInt(), "-7", -7),
                Arguments.of(new Primitives.OfLong(), "9223372036854775807", Long.MAX_VALUE),
                Arguments.of(new Primitives.OfFloat(), "1.5", 1.5f),
                Arguments.of(new Primitives.OfDouble(), "2.5e3", 2500.0),
                Arguments.of(new Primitives.OfInteger(), "42", 42),
                Arguments.of(new Primitives.OfCharacter(), "d", 'd'),
                Arguments.of(new Primitives.OfCharacter(), "more than one", 'm'));
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void primitivesAndWrappersAreReadFromText(Object endpoint, String message, Object expected) throws Throwable {
        assertEquals(expected, text(endpoint).invoke(message, true));
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void aTextThatIsNoneIsADecodeExceptionThatDoesNotQuoteIt(Object endpoint) throws Throwable {
        MessageInvoker text = text(endpoint);
        if (endpoint instanceof Primitives.OfBoolean) {
            assertEquals(false, text.invoke("secret", true), "Boolean's constructor took every text");
            return;
        }
        boolean character = endpoint instanceof Primitives.OfChar || endpoint instanceof Primitives.OfCharacter;
        String message = character ? "" : "secret";
        DecodeException thrown = assertThrows(DecodeException.class, () -> text.invoke(message, true));
        assertEquals(message, thrown.getText());
        assertFalse(String.valueOf(thrown.getMessage()).contains("secret"), thrown.getMessage());
    }

    @Test
    void aWholeBinaryMessageAsArray() throws Throwable {
        MessageInvoker binary = binary(new WholeBytes());
        assertEquals(Delivery.WHOLE, binary.delivery());
        assertSame(BYTES, binary.invoke(BYTES, true));
    }

    @Test
    void aByteBufferHasAnArrayThatIsExactlyTheMessage() throws Throwable {
        ByteBuffer buffer = (ByteBuffer) binary(new WholeBuffer()).invoke(BYTES, true);
        assertNotNull(buffer);
        assertTrue(buffer.hasArray());
        assertEquals(0, buffer.arrayOffset());
        assertArrayEquals(BYTES, buffer.array());
    }

    @Test
    void aBinaryMessageInParts() throws Throwable {
        MessageInvoker arrays = binary(new BytesParts());
        assertEquals(Delivery.PARTS, arrays.delivery());
        assertEquals("3 false", arrays.invoke(BYTES, false));
        MessageInvoker buffers = binary(new BufferParts());
        assertEquals(Delivery.PARTS, buffers.delivery());
        assertEquals("3 true", buffers.invoke(BYTES, true));
    }

    @Test
    void aBinaryMessageAsInputStream() throws Throwable {
        MessageInvoker binary = binary(new BytesStream());
        assertEquals(Delivery.STREAM, binary.delivery());
        assertEquals(1, binary.invoke(new ByteArrayInputStream(BYTES), true));
    }

    @Test
    void pongMessages() throws Throwable {
        MessageInvoker pong = new OpenedEndpoint().open(new Pong()).pong();
        assertNotNull(pong);
        PongMessage message = () -> ByteBuffer.wrap(BYTES);
        assertEquals(3, pong.invoke(message, true));
    }

    @Test
    void voidReturnsNothingToSend() throws Throwable {
        assertEquals(null, text(new Silent()).invoke("?", true));
    }

    @Test
    void onlyStreamsNeedABlockingThread() throws Throwable {
        OpenedEndpoint endpoint = new OpenedEndpoint();
        assertTrue(endpoint.plan(TextReader.class).needsBlockingThread());
        assertTrue(endpoint.plan(BytesStream.class).needsBlockingThread());
        assertFalse(endpoint.plan(TextParts.class).needsBlockingThread());
        assertFalse(endpoint.plan(WholeBuffer.class).needsBlockingThread());
    }

    static class WholeText {
        @OnMessage
        String message(Session session, String text) {
            assertSame(OpenedEndpoint.SESSION, session);
            return text;
        }
    }

    static class Silent {
        @OnMessage
        void message(String text) {}
    }

    static class TextParts {
        @OnMessage
        String message(boolean last, String part) {
            return part + " " + last;
        }
    }

    static class TextReader {
        @OnMessage
        int message(Reader reader) throws IOException {
            return reader.read();
        }
    }

    static class WholeBytes {
        @OnMessage
        byte[] message(byte[] bytes) {
            return bytes;
        }
    }

    static class WholeBuffer {
        @OnMessage
        ByteBuffer message(ByteBuffer bytes) {
            return bytes;
        }
    }

    static class BytesParts {
        @OnMessage
        String message(byte[] part, boolean last) {
            return part.length + " " + last;
        }
    }

    static class BufferParts {
        @OnMessage
        String message(ByteBuffer part, boolean last) {
            return part.remaining() + " " + last;
        }
    }

    static class BytesStream {
        @OnMessage
        int message(InputStream bytes) throws IOException {
            return bytes.read();
        }
    }

    static class Pong {
        @OnMessage
        int message(PongMessage pong) {
            return pong.getApplicationData().remaining();
        }
    }

    static class Primitives {
        static class OfBoolean {
            @OnMessage
            boolean message(boolean value) {
                return value;
            }
        }

        static class OfByte {
            @OnMessage
            byte message(byte value) {
                return value;
            }
        }

        static class OfShort {
            @OnMessage
            short message(short value) {
                return value;
            }
        }

        static class OfChar {
            @OnMessage
            char message(char value) {
                return value;
            }
        }

        static class OfInt {
            @OnMessage
            int message(int value) {
                return value;
            }
        }

        static class OfLong {
            @OnMessage
            long message(long value) {
                return value;
            }
        }

        static class OfFloat {
            @OnMessage
            float message(float value) {
                return value;
            }
        }

        static class OfDouble {
            @OnMessage
            double message(double value) {
                return value;
            }
        }

        static class OfInteger {
            @OnMessage
            Integer message(Integer value) {
                return value;
            }
        }

        static class OfCharacter {
            @OnMessage
            Character message(Character value) {
                return value;
            }
        }
    }
}
