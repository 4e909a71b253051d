package dev.hawser.internal.coder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.component.Components;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EndpointConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders of the four kinds: selection, life cycle, and what is thrown (Jakarta WebSocket 4.1.3). */
class DecodersTest {
    private static final EndpointConfig CONFIG =
            ClientEndpointConfig.Builder.create().build();
    private static final byte[] BYTES = {7, 8, 9};

    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    private static Conversion started(boolean text, Class<?> type, Class<? extends Decoder>... classes)
            throws Throwable {
        DecoderList list = DecoderList.of(List.of(classes));
        Decoders decoders = new Decoders(list, Components.plain());
        decoders.start(CONFIG);
        return decoders.conversion(list.choose(text, type));
    }

    @Test
    void theFirstDecoderInTheListThatIsWillingDecodes() throws Throwable {
        Conversion conversion = started(true, Bean.class, Unwilling.class, FromText.class, FromTextStream.class);
        assertEquals(new Bean("text hello"), conversion.convert("hello"));
    }

    @Test
    void aStreamDecoderBehindOthersGetsTheWholeMessage() throws Throwable {
        Conversion conversion = started(true, Bean.class, Unwilling.class, FromTextStream.class);
        assertEquals(new Bean("reader h"), conversion.convert("hello"));
        Conversion binary = started(false, Bean.class, UnwillingBinary.class, FromBinaryStream.class);
        assertEquals(new Bean("stream 7"), binary.convert(BYTES));
    }

    @Test
    void aStreamDecoderAtTheHeadTakesTheStream() throws Throwable {
        DecoderList list = DecoderList.of(List.of(FromTextStream.class, FromText.class, FromBinary.class));
        assertTrue(list.choose(true, Bean.class).isStream());
        assertFalse(list.choose(false, Bean.class).isStream());
        Conversion text = started(true, Bean.class, FromTextStream.class);
        assertEquals(new Bean("reader x"), text.convert(new StringReader("x")));
        Conversion binary = started(false, Bean.class, FromBinaryStream.class);
        assertEquals(new Bean("stream 5"), binary.convert(new ByteArrayInputStream(new byte[] {5})));
    }

    @Test
    void aBinaryDecoderGetsAHeapBufferWhoseArrayIsTheMessage() throws Throwable {
        assertEquals(
                new Bean("binary 0 3"),
                started(false, Bean.class, FromBinary.class).convert(BYTES));
    }

    @Test
    void aStreamDecoderReadsNothingOfAWholeMessageAfterItHasClosedIt() throws Throwable {
        Conversion text = started(true, Bean.class, Unwilling.class, ClosingText.class);
        assertEquals(new Bean("closed"), text.convert("hello"));
        Conversion binary = started(false, Bean.class, UnwillingBinary.class, ClosingBinary.class);
        assertEquals(new Bean("closed"), binary.convert(BYTES));
    }

    public static class ClosingText implements Decoder.TextStream<Bean> {
        @Override
        public Bean decode(Reader reader) throws IOException {
            reader.close();
            assertThrows(IOException.class, reader::read);
            assertThrows(IOException.class, reader::ready);
            return new Bean("closed");
        }
    }

    public static class ClosingBinary implements Decoder.BinaryStream<Bean> {
        @Override
        public Bean decode(InputStream stream) throws IOException {
            stream.close();
            assertThrows(IOException.class, stream::read);
            assertThrows(IOException.class, stream::available);
            return new Bean("closed");
        }
    }

    @Test
    void aDecoderOfASubtypeServesItsSupertypeAndNotTheReverse() throws Throwable {
        DecoderList list = DecoderList.of(List.of(FromText.class));
        assertFalse(list.choose(true, Object.class).isEmpty());
        assertFalse(list.choose(true, Record.class).isEmpty());
        assertTrue(list.choose(true, String.class).isEmpty());
    }

    @Test
    void typeArgumentsTellDecodersApart() throws Throwable {
        DecoderList list = DecoderList.of(List.of(Numbers.class, Words.class));
        java.lang.reflect.Type words = TypeBindings.of(Words.class).argumentOf(Decoder.Text.class);
        assertEquals(1, list.choose(true, words).entries().size());
        assertEquals(2, list.choose(true, List.class).entries().size(), "a raw class takes both");
    }

    @Test
    void anIntParameterIsServedByADecoderOfItsWrapper() throws Throwable {
        assertEquals(-1, started(true, int.class, Negative.class).convert("1"));
    }

    @Test
    void aDecodeExceptionAndAnIOExceptionArriveAsTheyAre() throws Throwable {
        Conversion text = started(true, Bean.class, Throwing.class);
        DecodeException decode = assertThrows(DecodeException.class, () -> text.convert("decode"));
        assertEquals("mine", decode.getMessage());
        Conversion stream = started(true, Bean.class, FromTextStream.class);
        IOException io = assertThrows(IOException.class, () -> stream.convert(Reader.nullReader()));
        assertEquals("empty", io.getMessage());
    }

    @Test
    void aRuntimeExceptionBecomesTheCauseOfADecodeException() throws Throwable {
        Conversion text = started(true, Bean.class, Throwing.class);
        DecodeException thrown = assertThrows(DecodeException.class, () -> text.convert("runtime"));
        assertTrue(thrown.getCause() instanceof IllegalCallerException);
        assertEquals("runtime", thrown.getText());
        Conversion stream = started(true, Bean.class, ThrowingStream.class);
        DecodeException inStream = assertThrows(DecodeException.class, () -> stream.convert(new StringReader("")));
        assertTrue(inStream.getCause() instanceof IllegalCallerException);
        assertNull(inStream.getText());
    }

    @Test
    void anErrorArrivesAsItIs() throws Throwable {
        Conversion text = started(true, Bean.class, Throwing.class);
        assertThrows(AssertionError.class, () -> text.convert("error"));
    }

    @Test
    void aMessageThatNoDecoderIsWillingToTakeIsADecodeExceptionWithTheMessage() throws Throwable {
        Conversion text = started(true, Bean.class, Unwilling.class);
        assertEquals(
                "x",
                assertThrows(DecodeException.class, () -> text.convert("x")).getText());
        Conversion binary = started(false, Bean.class, UnwillingBinary.class);
        ByteBuffer bytes =
                assertThrows(DecodeException.class, () -> binary.convert(BYTES)).getBytes();
        assertEquals(0, bytes.arrayOffset());
        assertArrayEquals(BYTES, bytes.array());
    }

    @Test
    void eachIsMadeInitialisedAndDestroyedOncePerSession() throws Throwable {
        DecoderList list = DecoderList.of(List.of(Counting.class));
        Decoders decoders = new Decoders(list, Components.plain());
        Counting.calls.clear();
        decoders.start(CONFIG);
        Conversion conversion = decoders.conversion(list.choose(true, Bean.class));
        assertSame(conversion.convert("a"), conversion.convert("b"), "the same instance decodes");
        decoders.destroy();
        decoders.destroy();
        assertEquals(List.of("new", "init " + CONFIG, "destroy"), Counting.calls);
        assertThrows(DecodeException.class, () -> conversion.convert("after close"));
    }

    @Test
    void aFailingInitIsThrownAndThoseBeforeItAreStillDestroyed() throws Throwable {
        Decoders decoders = new Decoders(
                DecoderList.of(List.of(Counting.class, FailingInit.class, FromText.class)), Components.plain());
        Counting.calls.clear();
        assertThrows(IllegalCallerException.class, () -> decoders.start(CONFIG));
        decoders.destroy();
        assertEquals(List.of("new", "init " + CONFIG, "destroy"), Counting.calls);
    }

    @ParameterizedTest
    @ValueSource(classes = {FailingDestroy.class, FailedAssertionInDestroy.class})
    void aFailingDestroyIsLoggedAndDoesNotKeepTheOthersInService(Class<? extends Decoder> failing) throws Throwable {
        Decoders decoders = new Decoders(DecoderList.of(List.of(failing, Counting.class)), Components.plain());
        Counting.calls.clear();
        decoders.start(CONFIG);
        Logger logger = Logger.getLogger("dev.hawser.coder");
        List<String> logged = new ArrayList<>();
        logger.setFilter(entry -> {
            logged.add(entry.getLevel() + " " + entry.getMessage());
            return false;
        });
        try {
            decoders.destroy();
        } finally {
            logger.setFilter(null);
        }
        assertEquals(List.of("WARNING destroy() of " + failing.getTypeName() + " failed"), logged);
        assertEquals("destroy", Counting.calls.get(Counting.calls.size() - 1));
    }

    record Bean(String text) {}

    public static class FromText implements Decoder.Text<Bean> {
        @Override
        public Bean decode(String text) {
            return new Bean("text " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    public static class Unwilling extends FromText {
        @Override
        public boolean willDecode(String text) {
            return false;
        }
    }

    public static class FromTextStream implements Decoder.TextStream<Bean> {
        @Override
        public Bean decode(Reader reader) throws IOException {
            int first = reader.read();
            if (first < 0) {
                throw new IOException("empty");
            }
            return new Bean("reader " + (char) first);
        }
    }

    public static class FromBinary implements Decoder.Binary<Bean> {
        @Override
        public Bean decode(ByteBuffer bytes) {
            return new Bean("binary " + bytes.arrayOffset() + " " + bytes.array().length);
        }

        @Override
        public boolean willDecode(ByteBuffer bytes) {
            bytes.position(bytes.limit()); // must not be seen by decode
            return bytes.arrayOffset() == 0;
        }
    }

    public static class UnwillingBinary extends FromBinary {
        @Override
        public boolean willDecode(ByteBuffer bytes) {
            bytes.get();
            return false;
        }
    }

    public static class FromBinaryStream implements Decoder.BinaryStream<Bean> {
        @Override
        public Bean decode(InputStream stream) throws IOException {
            return new Bean("stream " + stream.read());
        }
    }

    public static class Throwing implements Decoder.Text<Bean> {
        @Override
        public Bean decode(String text) throws DecodeException {
            if (text.equals("error")) {
                throw new AssertionError();
            }
            throw new DecodeException(text, "mine");
        }

        @Override
        public boolean willDecode(String text) {
            if (text.equals("runtime")) {
                throw new IllegalCallerException();
            }
            return true;
        }
    }

    public static class ThrowingStream implements Decoder.TextStream<Bean> {
        @Override
        public Bean decode(Reader reader) {
            throw new IllegalCallerException();
        }
    }

    abstract static class ListDecoder<E> implements Decoder.Text<List<E>> {
        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    public static class Words extends ListDecoder<String> {
        @Override
        public List<String> decode(String text) {
            return List.of(text);
        }
    }

    public static class Numbers extends ListDecoder<Integer> {
        @Override
        public List<Integer> decode(String text) {
            return List.of(Integer.valueOf(text));
        }
    }

    public static class Negative implements Decoder.Text<Integer> {
        @Override
        public Integer decode(String text) {
            return -Integer.parseInt(text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    public static class Counting extends FromText {
        static final List<String> calls = new ArrayList<>();
        private final Bean bean = new Bean("mine");

        public Counting() {
            calls.add("new");
        }

        @Override
        public void init(EndpointConfig config) {
            calls.add("init " + config);
        }

        @Override
        public Bean decode(String text) {
            return bean;
        }

        @Override
        public void destroy() {
            calls.add("destroy");
        }
    }

    public static class FailingInit extends FromText {
        @Override
        public void init(EndpointConfig config) {
            throw new IllegalCallerException();
        }

        @Override
        public void destroy() {
            throw new AssertionError("was never in service");
        }
    }

    public static class FailingDestroy extends FromText {
        @Override
        public void destroy() {
            throw new IllegalCallerException("on purpose");
        }
    }

    /** Whose error would keep the session from ending, and so in the registry for ever. */
    public static class FailedAssertionInDestroy extends FromText {
        @Override
        public void destroy() {
            throw new AssertionError("on purpose");
        }
    }
}
