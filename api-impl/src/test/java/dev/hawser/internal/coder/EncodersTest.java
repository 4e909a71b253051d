package dev.hawser.internal.coder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.component.Components;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders of the four kinds and the built-in ones: selection, life cycle, threads, exceptions (Jakarta 4.1.2). */
class EncodersTest {
    private static final EndpointConfig CONFIG =
            ClientEndpointConfig.Builder.create().build();

    private final Recorder sent = new Recorder();

    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    private static Encoders started(Class<? extends Encoder>... classes) throws Throwable {
        Encoders encoders = new Encoders(EncoderList.of(List.of(classes)), Components.plain());
        encoders.start(CONFIG);
        return encoders;
    }

    static Stream<Arguments> builtIn() {
        return Stream.of(
                Arguments.of("text", "text: text"),
                Arguments.of(true, "text: true"),
                Arguments.of((byte) -1, "text: -1"),
                Arguments.of('c', "text: c"),
                Arguments.of(42, "text: 42"),
                Arguments.of(1.5f, "text: 1.5"),
                Arguments.of(1e10, "text: 1.0E10"),
                Arguments.of(Long.MIN_VALUE, "text: -9223372036854775808"),
                Arguments.of(new byte[] {1, 2}, "binary: 2"),
                Arguments.of(ByteBuffer.allocateDirect(3), "binary: 3"));
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void whatNeedsNoEncoderIsSentAsItIs(Object message, String expected) throws Throwable {
        Encoders encoders = started();
        encoders.encode(message, sent);
        encoders.encodeResult(message, sent);
        assertEquals(List.of(expected, expected), sent.messages);
    }

    @Test
    void eachKindOfEncoderSendsItsKindOfMessage() throws Throwable {
        Encoders encoders = started(ToText.class, ToBinary.class, ToTextStream.class, ToBinaryStream.class);
        encoders.encode(new Dog(), sent);
        encoders.encode(new Fish(), sent);
        encoders.encode(new Bird(), sent);
        encoders.encode(new Stone(), sent);
        assertEquals(List.of("text: dog", "binary: 4", "writer: bird closed", "stream: 5 closed"), sent.messages);
    }

    @Test
    void theFirstEncoderOfTheListThatTakesTheClassOrASupertypeWins() throws Throwable {
        started(ToText.class, OfAnimals.class).encode(new Dog(), sent);
        started(OfAnimals.class, ToText.class).encode(new Dog(), sent);
        started(ToText.class, OfAnimals.class).encode(new Puppy(), sent);
        assertEquals(List.of("text: dog", "text: animal", "text: dog"), sent.messages);
    }

    @Test
    void anEncoderOfAWrapperOrStringWinsOverTheBuiltInOne() throws Throwable {
        Encoders encoders = started(OfIntegers.class, OfStrings.class);
        encoders.encode(7, sent);
        encoders.encodeResult(7, sent);
        encoders.encode("a", sent);
        encoders.encodeResult("a", sent);
        assertEquals(List.of("text: <7>", "text: <7>", "text: [a]", "text: [a]"), sent.messages);
    }

    @Test
    void anEncoderOfObjectTakesSentStringsButNotReturnedOnes() throws Throwable {
        Encoders encoders = started(OfObjects.class);
        encoders.encode("a", sent);
        encoders.encodeResult("a", sent);
        encoders.encodeResult(1, sent);
        encoders.encodeResult(ByteBuffer.allocate(9), sent);
        assertEquals(List.of("text: object", "text: a", "text: object", "binary: 9"), sent.messages);
    }

    @Test
    void aMessageThatNothingTakesIsAnEncodeExceptionThatNamesItsClass() throws Throwable {
        Encoders encoders = started(ToText.class);
        Stone stone = new Stone();
        EncodeException thrown = assertThrows(EncodeException.class, () -> encoders.encode(stone, sent));
        assertSame(stone, thrown.getObject());
        assertTrue(thrown.getMessage().contains(Stone.class.getTypeName()), thrown.getMessage());
    }

    @Test
    void whatAnEncoderThrowsArrivesAndARuntimeExceptionIsTheCause() throws Throwable {
        Encoders encoders = started(Throwing.class);
        assertEquals(
                "mine",
                assertThrows(EncodeException.class, () -> encoders.encode(new Letter("encode"), sent))
                        .getMessage());
        assertThrows(IOException.class, () -> encoders.encode(new Letter("io"), sent));
        EncodeException wrapped =
                assertThrows(EncodeException.class, () -> encoders.encode(new Letter("runtime"), sent));
        assertTrue(wrapped.getCause() instanceof IllegalCallerException);
        assertTrue(wrapped.getMessage().contains(Throwing.class.getTypeName()), wrapped.getMessage());
        assertEquals(List.of(), sent.messages, "a stream that failed is not closed: it would be sent as whole");
    }

    @Test
    void anEncoderThatReturnsNullIsAnEncodeException() throws Throwable {
        Encoders encoders = started(ReturningNull.class);
        assertThrows(EncodeException.class, () -> encoders.encode(new Dog(), sent));
    }

    @Test
    void eachIsMadeInitialisedAndDestroyedOncePerSession() throws Throwable {
        Watched.calls.clear();
        Encoders encoders = started(Watched.class);
        encoders.encode(new Dog(), sent);
        encoders.destroy();
        encoders.destroy();
        assertEquals(List.of("new", "init", "destroy"), Watched.calls);
        assertThrows(IllegalStateException.class, () -> encoders.encode(new Dog(), sent));
    }

    @Test
    @Timeout(30)
    void oneThreadAtATimeIsInAnEncoderAndTheLastToLeaveDestroysIt() throws Throwable {
        Blocking.reset();
        Encoders encoders = started(Blocking.class);
        Thread first = encodeOnThread(encoders);
        assertTrue(Blocking.entered.await(30, TimeUnit.SECONDS));
        Thread second = encodeOnThread(encoders);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (second.getState() != Thread.State.WAITING && System.nanoTime() < deadline) {
            Thread.onSpinWait(); // until it waits for the first
        }
        encoders.destroy();
        assertEquals(List.of("in"), Blocking.calls, "destroy neither blocks nor interrupts a use");
        Blocking.mayLeave.countDown();
        first.join();
        second.join();
        assertEquals(1, Collections.frequency(Blocking.calls, "destroy"));
        assertTrue(
                Blocking.calls.lastIndexOf("in") < Blocking.calls.indexOf("destroy"),
                () -> "nobody comes in after destroy: " + Blocking.calls);
        assertEquals(1, Blocking.most);
    }

    @Test
    @Timeout(30)
    void anEncoderMaySendThroughItself() throws Throwable {
        Encoders encoders = started(Nesting.class);
        Nesting.nested = () -> encoders.encode(new Letter("inner"), sent);
        encoders.encode(new Letter("outer"), sent);
        assertEquals(List.of("text: inner", "text: outer"), sent.messages);
    }

    private Thread encodeOnThread(Encoders encoders) {
        Thread thread = new Thread(() -> {
            try {
                encoders.encode(new Dog(), sent);
            } catch (EncodeException | IOException | IllegalStateException e) {
                Blocking.calls.add("refused");
            }
        });
        thread.start();
        return thread;
    }

    /** Records what would be sent. */
    private static final class Recorder implements Encoders.Output {
        final List<String> messages = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void text(String message) {
            messages.add("text: " + message);
        }

        @Override
        public void binary(ByteBuffer message) {
            messages.add("binary: " + message.remaining());
        }

        @Override
        public Writer textStream() {
            return new StringWriter() {
                @Override
                public void close() {
                    messages.add("writer: " + this + " closed");
                }
            };
        }

        @Override
        public OutputStream binaryStream() {
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    messages.add("stream: " + size() + " closed");
                }
            };
        }
    }

    interface Animal {}

    static class Dog implements Animal {}

    static class Puppy extends Dog {}

    static class Fish implements Animal {}

    static class Bird implements Animal {}

    static class Stone {}

    record Letter(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    public static class ToText implements Encoder.Text<Dog> {
        @Override
        public String encode(Dog dog) {
            return "dog";
        }
    }

    public static class OfAnimals implements Encoder.Text<Animal> {
        @Override
        public String encode(Animal animal) {
            return "animal";
        }
    }

    public static class OfIntegers implements Encoder.Text<Integer> {
        @Override
        public String encode(Integer number) {
            return "<" + number + ">";
        }
    }

    public static class OfStrings implements Encoder.Text<String> {
        @Override
        public String encode(String text) {
            return "[" + text + "]";
        }
    }

    public static class OfObjects implements Encoder.Text<Object> {
        @Override
        public String encode(Object object) {
            return "object";
        }
    }

    public static class ToBinary implements Encoder.Binary<Fish> {
        @Override
        public ByteBuffer encode(Fish fish) {
            return ByteBuffer.allocate(4);
        }
    }

    public static class ToTextStream implements Encoder.TextStream<Bird> {
        @Override
        public void encode(Bird bird, Writer writer) throws IOException {
            writer.write("bird");
        }
    }

    public static class ToBinaryStream implements Encoder.BinaryStream<Stone> {
        @Override
        public void encode(Stone stone, OutputStream stream) throws IOException {
            stream.write(new byte[5]);
        }
    }

    public static class Throwing implements Encoder.TextStream<Letter> {
        @Override
        public void encode(Letter text, Writer writer) throws EncodeException, IOException {
            switch (text.toString()) {
                case "encode" -> throw new EncodeException(text, "mine");
                case "io" -> throw new IOException("mine");
                default -> throw new IllegalCallerException();
            }
        }
    }

    public static class ReturningNull implements Encoder.Text<Dog> {
        @Override
        public String encode(Dog dog) {
            return null;
        }
    }

    public static class Watched extends ToText {
        static final List<String> calls = new ArrayList<>();

        public Watched() {
            calls.add("new");
        }

        @Override
        public void init(EndpointConfig config) {
            calls.add("init");
        }

        @Override
        public void destroy() {
            calls.add("destroy");
        }
    }

    public static class Blocking extends ToText {
        static final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        static CountDownLatch entered = new CountDownLatch(1);
        static CountDownLatch mayLeave = new CountDownLatch(1);
        static final AtomicInteger inside = new AtomicInteger();
        static volatile int most;

        static void reset() {
            calls.clear();
            entered = new CountDownLatch(1);
            mayLeave = new CountDownLatch(1);
            inside.set(0);
            most = 0;
        }

        @Override
        public String encode(Dog dog) {
            calls.add("in");
            most = Math.max(most, inside.incrementAndGet());
            entered.countDown();
            try {
                mayLeave.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            inside.decrementAndGet();
            return "dog";
        }

        @Override
        public void destroy() {
            calls.add("destroy");
        }
    }

    interface Nested {
        void send() throws EncodeException, IOException;
    }

    public static class Nesting implements Encoder.Text<Letter> {
        static Nested nested = () -> {};

        @Override
        public String encode(Letter text) throws EncodeException {
            try {
                if (text.toString().equals("outer")) {
                    nested.send();
                }
            } catch (IOException e) {
                throw new EncodeException(text, "nested", e);
            }
            return text.toString();
        }
    }
}
