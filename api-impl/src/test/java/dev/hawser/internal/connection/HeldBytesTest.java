package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * While its callbacks do not catch up, a connection holds no more than {@code inboundBytes} and one message, or part,
 * whatever a read brings: many small frames that inflate to big messages, parts, streams, texts that take more memory
 * than bytes, or pongs.
 */
class HeldBytesTest {
    private static final int BOUND = 100_000;
    private static final int MESSAGE = 20_000;
    /** What an encoded frame of {@link Inflating} stands for. */
    private static final int FACTOR = 200;

    private static final Settings SETTINGS = Settings.builder()
            .set(Setting.INBOUND_BYTES, BOUND)
            .set(Setting.INBOUND_MESSAGES, 1 << 20)
            .build();

    /** Each octet of a payload stands for {@value #FACTOR} such octets, and each that is given is counted. */
    private static final class Inflating implements InboundExtension {
        final AtomicLong decoded = new AtomicLong();
        /** Of these, by the thread that the test runs in. */
        final AtomicLong decodedHere = new AtomicLong();

        private final Thread here = Thread.currentThread();
        private int owed;
        private byte octet;

        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.FRAME;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return rsv != 0;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer room) {
            while (room.hasRemaining()) {
                if (owed == 0) {
                    if (!encoded.hasRemaining()) {
                        return true;
                    }
                    octet = encoded.get();
                    owed = FACTOR;
                }
                int count = Math.min(owed, room.remaining());
                for (int i = 0; i < count; i++) {
                    room.put(octet);
                }
                owed -= count;
                decoded.addAndGet(count);
                if (Thread.currentThread() == here) {
                    decodedHere.addAndGet(count);
                }
            }
            return owed == 0 && !encoded.hasRemaining();
        }

        @Override
        public void close() {}
    }

    /** Leaves payloads as they are. */
    private static final class Unchanged implements OutboundExtension {
        @Override
        public int rsv() {
            return 0;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            return new Encoded(0, payload, offset, length);
        }

        @Override
        public void close() {}
    }

    private final Inflating inflating = new Inflating();
    private final NegotiatedExtension extension =
            new NegotiatedExtension(new ExtensionOffer("x-inflating", List.of()), () -> inflating, Unchanged::new);

    private static byte[] encoded(Opcode opcode, boolean fin, int octets, char octet) {
        byte[] payload = new byte[octets / FACTOR];
        Arrays.fill(payload, (byte) octet);
        byte[] frame = SessionHarness.frame(opcode, fin, payload);
        frame[0] |= 0x40;
        return frame;
    }

    private static byte[][] times(int count, byte[] frame) {
        byte[][] frames = new byte[count][];
        Arrays.setAll(frames, i -> frame.clone());
        return frames;
    }

    /** Holds its first callback up, and counts. */
    abstract static class Held {
        final CountDownLatch mayGo = new CountDownLatch(1);
        final AtomicInteger messages = new AtomicInteger();
        final AtomicLong bytes = new AtomicLong();
        volatile int closed;
        volatile Runnable onMessage = () -> {};

        void take(long size) throws InterruptedException {
            mayGo.await();
            onMessage.run();
            bytes.addAndGet(size);
            messages.incrementAndGet();
        }

        void close(CloseReason reason) {
            closed = reason.getCloseCode().getCode();
        }
    }

    /** Takes whole messages and pongs. */
    @ServerEndpoint("/test")
    public static class Whole extends Held {
        @OnMessage
        public void onText(String text) throws InterruptedException {
            take(text.length());
        }

        @OnMessage
        public void onBinary(byte[] octets) throws InterruptedException {
            take(octets.length);
        }

        @OnMessage
        public void onPong(PongMessage pong) throws InterruptedException {
            take(pong.getApplicationData().remaining());
        }

        @OnClose
        public void onClose(CloseReason reason) {
            close(reason);
        }
    }

    /** Takes parts. */
    @ServerEndpoint("/test")
    public static class Parts extends Held {
        @OnMessage
        public void onText(String part, boolean last) throws InterruptedException {
            take(part.length());
        }

        @OnMessage
        public void onBinary(byte[] part, boolean last) throws InterruptedException {
            take(part.length);
        }

        @OnClose
        public void onClose(CloseReason reason) {
            close(reason);
        }
    }

    /** Takes streams. */
    @ServerEndpoint("/test")
    public static class Streams extends Held {
        @OnMessage
        public void onText(Reader text) throws IOException, InterruptedException {
            mayGo.await();
            take(text.transferTo(Writer.nullWriter()));
        }

        @OnMessage
        public void onBinary(InputStream octets) throws IOException, InterruptedException {
            mayGo.await();
            take(octets.transferTo(OutputStream.nullOutputStream()));
        }

        @OnClose
        public void onClose(CloseReason reason) {
            close(reason);
        }
    }

    /** An endpoint, and a flood of 200 messages of 20,000 bytes. */
    static Stream<Arguments> floods() {
        return Stream.of(Opcode.TEXT, Opcode.BINARY)
                .flatMap(kind -> Stream.of(new Whole(), new Parts(), new Streams())
                        .map(endpoint -> Arguments.of(endpoint, kind)));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void whatSmallFramesInflateToIsHeldWithinTheBoundAndAllOfItIsDeliveredInTheEnd(Held endpoint, Opcode kind)
            throws InterruptedException {
        int count = 200;
        try (SessionHarness session = new SessionHarness(endpoint, SETTINGS, extension)) {
            session.read(times(count, encoded(kind, true, MESSAGE, 'a')));
            assertTrue(session.connection.isReadingPaused(), "all was taken");
            SessionHarness.await("the room is used, in turns", () -> inflating.decoded.get() > BOUND / 3);
            long held = inflating.decoded.get();
            assertTrue(held <= BOUND + MESSAGE, held + " bytes are held");
            endpoint.mayGo.countDown();
            long all = (long) count * MESSAGE;
            deliver(session, () -> endpoint.bytes.get() == all);
            session.read(SessionHarness.close(1000, ""));
            SessionHarness.await("onClose", () -> endpoint.closed == 1000);
        }
    }

    /** The network brings what is demanded, until the condition is met. */
    private static void deliver(SessionHarness session, BooleanSupplier condition) {
        SessionHarness.await("all is delivered", () -> {
            if (session.transport.takeReadable()) {
                session.connection.transportListener().onReadable();
            }
            return condition.getAsBoolean();
        });
    }

    @ParameterizedTest
    @MethodSource("floods")
    void onePartOrMessageThatInflatesToMoreThanTheBoundStopsAtIt(Held endpoint, Opcode kind) {
        if (endpoint instanceof Whole) {
            return; // one message is one message
        }
        int size = 40 * BOUND;
        try (SessionHarness session = new SessionHarness(endpoint, SETTINGS, extension)) {
            session.read(encoded(kind, true, size, 'a'));
            long held = inflating.decoded.get();
            assertTrue(held <= BOUND + 8192, held + " bytes of one message are held");
            endpoint.mayGo.countDown();
            deliver(session, () -> endpoint.bytes.get() == size);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dispatch.class, names = "VIRTUAL_THREADS", mode = EnumSource.Mode.EXCLUDE)
    void theBytesOfOneReadingAreBoundedEvenIfNobodyWantsThem(Dispatch dispatch) {
        Settings settings = Settings.builder()
                .set(Setting.DISPATCH, dispatch)
                .set(Setting.MAX_STREAMED_MESSAGE_SIZE, 1L << 30)
                .build();
        Closing endpoint = new Closing();
        try (SessionHarness session = new SessionHarness(endpoint, settings, extension)) {
            int size = 10_000_000;
            session.transport.arrive(encoded(Opcode.BINARY, true, size, 'a'), SessionHarness.close(1000, ""));
            session.transport.takeDemand();
            session.connection.transportListener().onReadable();
            long first = inflating.decodedHere.get(); // a worker may have begun with the rest
            assertTrue(first <= 300_000, first + " bytes in one reading");
            deliver(session, () -> inflating.decoded.get() == size);
            deliver(session, () -> endpoint.closed == 1000);
        }
    }

    /** Has no handlers: what comes is dropped, part by part. */
    public static class Closing extends Endpoint {
        volatile int closed;

        @Override
        public void onOpen(Session session, EndpointConfig config) {}

        @Override
        public void onClose(Session session, CloseReason reason) {
            closed = reason.getCloseCode().getCode();
        }
    }

    @Test
    void pongsThatNobodyAskedForAreHeldWithinTheBound() {
        Whole endpoint = new Whole();
        try (SessionHarness session = new SessionHarness(endpoint, SETTINGS)) {
            byte[][] pongs = times(8000, SessionHarness.frame(Opcode.PONG, true, new byte[2]));
            session.read(pongs);
            assertTrue(session.connection.isReadingPaused(), "8000 events are more than 100,000 bytes");
            endpoint.mayGo.countDown();
            deliver(session, () -> endpoint.messages.get() == pongs.length);
        }
    }

    @Test
    void pongsInTheMiddleOfAStreamDoNotKeepItsRestFromItsHandler() {
        WithPong ponged = new WithPong();
        try (SessionHarness session = new SessionHarness(ponged, SETTINGS)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[10]));
            session.read(times(5000, SessionHarness.frame(Opcode.PONG, true, new byte[100])));
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[10]));
            deliver(session, () -> ponged.bytes.get() == 20);
        }
    }

    /** Takes streams and pongs. */
    @ServerEndpoint("/test")
    public static class WithPong {
        final AtomicLong bytes = new AtomicLong();

        @OnMessage
        public void onBinary(InputStream octets) throws IOException {
            bytes.set(octets.transferTo(OutputStream.nullOutputStream()));
        }

        @OnMessage
        public void onPong(PongMessage pong) {}
    }

    @Test
    void aTextCountsByTheMemoryThatItTakes() {
        Whole endpoint = new Whole();
        try (SessionHarness session = new SessionHarness(endpoint, SETTINGS)) {
            String ascii = "a".repeat(60_000);
            session.read(SessionHarness.text("held up"), SessionHarness.text(ascii));
            assertFalse(session.connection.isReadingPaused(), "60,000 bytes are less than 100,000");
            endpoint.mayGo.countDown();
            deliver(session, () -> endpoint.messages.get() == 2);
        }
        Whole other = new Whole();
        try (SessionHarness session = new SessionHarness(other, SETTINGS)) {
            String wide = "a".repeat(60_000) + "\u20ac"; // the one character makes all the others take two bytes
            session.read(SessionHarness.text("held up"), SessionHarness.text(wide));
            assertTrue(session.connection.isReadingPaused(), "120,000 bytes are more than 100,000");
            other.mayGo.countDown();
            deliver(session, () -> other.messages.get() == 2);
        }
    }

    @Test
    void theLargestBoundThatCanBeSetIsOne() {
        Settings largest =
                Settings.builder().set(Setting.INBOUND_BYTES, Integer.MAX_VALUE).build();
        Streams endpoint = new Streams();
        try (SessionHarness session = new SessionHarness(endpoint, largest)) {
            session.transport.takeDemand();
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[50_000]));
            assertEquals(true, session.transport.isDemanded());
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[1]));
            endpoint.mayGo.countDown();
            deliver(session, () -> endpoint.bytes.get() == 50_001);
        }
    }

    /** A turn takes so many bytes, though more waits: bystanders have theirs in between. */
    @Test
    void theBytesOfOneTurnAreBounded() {
        long before = -1;
        for (int tries = 0; before < 0 && tries < 100; tries++) { // the monitor may move the bystander elsewhere
            before = bytesBeforeABystander();
        }
        assertTrue(before >= 0 && before <= 80_000, before + " bytes before the bystander's turn");
    }

    /** Negative if the bystander did not wait for the worker. */
    private static long bytesBeforeABystander() {
        Whole endpoint = new Whole();
        Settings oneWorker = Settings.builder()
                .set(Setting.MAX_WORKERS, 1)
                .set(Setting.SLOW_CALLBACK, SessionHarness.SOON)
                .build();
        try (SessionHarness session = new SessionHarness(endpoint, oneWorker)) {
            Whole bystander = new Whole();
            bystander.mayGo.countDown();
            FakeTransport over = new FakeTransport();
            WebSocketConnection other = session.connect(bystander, oneWorker, over);
            session.read(times(40, SessionHarness.binary(new byte[10_000]))); // the only worker waits in the first
            AtomicLong before = new AtomicLong(Long.MIN_VALUE);
            bystander.onMessage = () ->
                    before.set(Thread.currentThread().getName().startsWith("test-worker") ? endpoint.bytes.get() : -1);
            over.arrive(SessionHarness.text("when is it my turn?"));
            other.transportListener().onReadable();
            endpoint.mayGo.countDown();
            SessionHarness.await("the bystander", () -> before.get() > Long.MIN_VALUE);
            return before.get();
        }
    }
}
