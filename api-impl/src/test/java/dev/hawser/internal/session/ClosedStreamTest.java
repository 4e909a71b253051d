package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.extension.Opcode;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.CharBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A handler that closes its stream has said that it wants no more: what it reads afterwards fails, as that of any
 * stream.
 */
class ClosedStreamTest {
    @ServerEndpoint("/test")
    public static class Closing {
        final AtomicReference<String> outcome = new AtomicReference<>();

        @OnMessage
        public void onText(Reader text) {
            tell(outcome, () -> readsNothingWhenClosed(text));
        }

        @OnMessage
        public void onBinary(InputStream octets) {
            tell(outcome, () -> readsNothingWhenClosed(octets));
        }
    }

    private static final String AS_IT_IS_TO_BE = "as it is to be";

    private static void tell(AtomicReference<String> outcome, Executable check) {
        try {
            check.execute();
            outcome.set(AS_IT_IS_TO_BE);
        } catch (Throwable e) {
            outcome.set(e.toString());
        }
    }

    private static void readsNothingWhenClosed(Reader text) throws IOException {
        assertEquals('a', text.read());
        text.close();
        text.close();
        for (Executable reading : List.<Executable>of(
                text::read,
                text::ready,
                () -> text.read(new char[2], 0, 2),
                () -> text.read(CharBuffer.allocate(2)),
                () -> text.skip(1))) {
            assertThrows(IOException.class, reading);
        }
    }

    private static void readsNothingWhenClosed(InputStream octets) throws IOException {
        assertEquals('a', octets.read());
        octets.close();
        octets.close();
        for (Executable reading : List.<Executable>of(
                octets::read,
                octets::available,
                octets::readAllBytes,
                () -> octets.read(new byte[2], 0, 2),
                () -> octets.skip(1),
                octets::reset)) {
            assertThrows(IOException.class, reading);
        }
    }

    private static void awaitTheOutcome(AtomicReference<String> outcome) {
        SessionHarness.await("the handler has read", () -> outcome.get() != null);
        assertEquals(AS_IT_IS_TO_BE, outcome.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TEXT", "BINARY"})
    void aMessageThatArrivesIsReadNoMore(Opcode kind) {
        Closing endpoint = new Closing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.frame(kind, false, new byte[] {'a', 'b', 'c'}));
            awaitTheOutcome(endpoint.outcome);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TEXT", "BINARY"})
    void aMessageThatIsWholeIsReadNoMore(Opcode kind) {
        Closing endpoint = new Closing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.frame(kind, true, new byte[] {'a', 'b', 'c'}));
            awaitTheOutcome(endpoint.outcome);
        }
    }

    @Test
    void aMessageThatWasPutTogetherForTheHandlerIsReadNoMore() {
        Changing endpoint = new Changing();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("held up"));
            SessionHarness.await("the turn is held up", () -> endpoint.heldUp);
            session.read(
                    SessionHarness.frame(Opcode.BINARY, false, new byte[] {'a'}),
                    SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'b'}));
            endpoint.takeStreams();
            endpoint.release.countDown();
            awaitTheOutcome(endpoint.outcome);
        }
    }

    /** A text holds its turn up, while a handler of streams comes in the place of one of parts. */
    @ServerEndpoint("/test")
    public static class Changing {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicReference<String> outcome = new AtomicReference<>();
        private final MessageHandler.Partial<byte[]> parts = (part, last) -> {};
        volatile boolean heldUp;
        private volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
            opened.addMessageHandler(byte[].class, parts);
        }

        @OnMessage
        public void onText(String message) throws InterruptedException {
            heldUp = true;
            release.await();
        }

        void takeStreams() {
            session.removeMessageHandler(parts);
            session.addMessageHandler(InputStream.class, (MessageHandler.Whole<InputStream>)
                    octets -> tell(outcome, () -> readsNothingWhenClosed(octets)));
        }
    }
}
