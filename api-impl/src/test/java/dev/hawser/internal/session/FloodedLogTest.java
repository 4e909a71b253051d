package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a peer can make fail as often as it likes, by connecting and sending, does not fill the log: each once and as
 * what it is, of very many of a kind only some.
 */
class FloodedLogTest {
    private static final int SESSIONS = 100;
    /** Ten, and one more in each ten seconds of a slow machine. */
    private static final int ENOUGH = 20;

    private static final Logger LOGGER = Logger.getLogger("dev.hawser");

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                records.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void record() {
        LOGGER.addHandler(recorder);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stopRecording() {
        LOGGER.removeHandler(recorder);
        LOGGER.setUseParentHandlers(true);
    }

    /** Each session is sent a text, and ends. */
    private void manySessions(Object endpoint, NegotiatedExtension... extensions) {
        try (SessionHarness harness = new SessionHarness(endpoint, Settings.defaults(), extensions)) {
            for (int i = 0; i < SESSIONS; i++) {
                FakeTransport transport = new FakeTransport();
                WebSocketConnection connection = harness.connect(endpoint, Settings.defaults(), transport);
                transport.arrive(SessionHarness.text("?"));
                connection.transportListener().onReadable();
                connection.cut("the test says so", CloseCause.STOPPED);
                SessionHarness.await(
                        "its end", () -> !SessionHarness.sessionOf(connection).isOpen());
            }
        }
    }

    private long lines(String beginning) {
        return records.stream()
                .filter(line -> line.getMessage().startsWith(beginning))
                .count();
    }

    private void assertFew(String beginning) {
        long lines = lines(beginning);
        assertTrue(lines > 0 && lines <= ENOUGH, () -> lines + " lines: " + beginning);
    }

    @Test
    void extensionsThatFailToDecodeAndToCloseAreAFewLines() {
        manySessions(
                new Plain(),
                new NegotiatedExtension(
                        new ExtensionOffer("x-failing", List.of()), FailingToDecode::new, FailingToClose::new));
        assertFew("An extension failed to decode a frame");
        assertFew("An extension could not be closed");
    }

    @Test
    void codersThatFailToBeDestroyedAreAFewLines() {
        manySessions(new Encoded());
        assertFew("destroy() of " + NeverDestroyed.class.getTypeName() + " failed");
    }

    @Test
    void aFloodOfErrorsOfOneKindIsAFewLines() {
        Failing endpoint = new Failing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            int count = 2_000;
            for (int i = 0; i < count; i++) {
                session.read(SessionHarness.text("fail"));
            }
            SessionHarness.await("callbacks", () -> endpoint.calls.get() == count);
            // A slow machine may have needed some intervals for it.
            assertTrue(records.size() >= 10 && records.size() <= 20, "lines: " + records.size());
            assertTrue(records.stream().allMatch(line -> line.getThrown() instanceof IllegalArgumentException));
            assertTrue(records.get(0).getMessage().endsWith("the endpoint has no error handler"));
            assertTrue(records.get(9).getMessage().endsWith("with their number"), records.get(9)::getMessage);
        }
    }

    @Test
    void anErrorHandlerThatFailsIsNotSaidToBeMissing() {
        try (SessionHarness session = new SessionHarness(new FailingTwice())) {
            session.read(SessionHarness.text("fail"));
            SessionHarness.await("lines", () -> records.size() == 2);
            assertTrue(records.get(0).getMessage().contains("the error handler of"), records.get(0)::getMessage);
            assertEquals("second", records.get(0).getThrown().getMessage());
            assertTrue(records.get(1).getMessage().endsWith("and so did the endpoint's error handler"));
            assertEquals("first", records.get(1).getThrown().getMessage());
        }
    }

    /** Has no error handler. */
    @ServerEndpoint("/test")
    public static class Failing {
        final AtomicInteger calls = new AtomicInteger();

        @OnMessage
        public void onText(String message) {
            calls.incrementAndGet();
            throw new IllegalArgumentException(message);
        }
    }

    /** Has one that fails, too. */
    @ServerEndpoint("/test")
    public static class FailingTwice {
        @OnMessage
        public void onText(String message) {
            throw new IllegalArgumentException("first");
        }

        @OnError
        public void onError(Throwable error) {
            throw new IllegalStateException("second");
        }
    }

    @ServerEndpoint("/test")
    public static class Plain {
        @OnMessage
        public void onText(String message) {}
    }

    @ServerEndpoint(value = "/test", encoders = NeverDestroyed.class)
    public static class Encoded {
        @OnMessage
        public void onText(String message) {}
    }

    public static class NeverDestroyed implements Encoder.Text<Thread> {
        @Override
        public String encode(Thread thread) {
            return thread.getName();
        }

        @Override
        public void init(EndpointConfig config) {}

        @Override
        public void destroy() {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Throws for each frame, and when it is closed. */
    private static final class FailingToDecode implements InboundExtension {
        @Override
        public int rsv() {
            return 0;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return true;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("on purpose");
        }
    }

    private static final class FailingToClose implements OutboundExtension {
        @Override
        public int rsv() {
            return 0;
        }

        @Override
        public OutboundExtension.Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            return new OutboundExtension.Encoded(0, payload, offset, length);
        }

        @Override
        public void close() {
            throw new IllegalArgumentException("on purpose");
        }
    }
}
