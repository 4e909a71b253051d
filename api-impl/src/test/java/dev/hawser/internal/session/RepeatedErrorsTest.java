package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Errors that nobody handles are logged, each once and as what they are; of very many of a kind only some, with their number. */
class RepeatedErrorsTest {
    private static final Logger LOGGER = Logger.getLogger("dev.hawser.endpoint");

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord line) {
            records.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RepeatedErrors errors = new RepeatedErrors(now::get);

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

    @Test
    void theFirstOfAKindAreLoggedAndThenOneInTenSecondsWithTheNumberOfTheOthers() {
        for (int i = 0; i < 9; i++) {
            assertEquals("", note("callback", new IllegalStateException()));
        }
        assertFalse(note("callback", new IllegalStateException()).isEmpty());
        for (int i = 0; i < 500; i++) {
            assertNull(note("callback", new IllegalStateException()));
        }
        pass(Duration.ofSeconds(10));
        String tenSecondsLater = note("callback", new IllegalStateException());
        assertTrue(tenSecondsLater.contains("500 more"), tenSecondsLater);
        assertNull(note("callback", new IllegalStateException()));
        pass(Duration.ofMinutes(1));
        String later = note("callback", new IllegalStateException());
        assertTrue(later.contains("1 more"), later);
        assertEquals("", note("callback", new IllegalStateException()), "it begins anew");
    }

    @Test
    void anotherKindIsCountedForItself() {
        for (int i = 0; i < 20; i++) {
            note("callback", new IllegalStateException());
        }
        assertEquals("", note("callback", new IllegalArgumentException()));
        assertEquals("", note("SendHandler", new IllegalStateException()));
        assertEquals("", errors.note(String.class, "callback", new IllegalStateException()));
        assertNull(note("callback", new IllegalStateException()));
    }

    @Test
    void veryManyKindsAreForgottenTheOldestFirst() {
        for (int i = 0; i < 20; i++) {
            note("callback", new IllegalStateException());
        }
        for (int i = 0; i < RepeatedErrors.KINDS; i++) {
            note("callback " + i, new IllegalStateException());
        }
        assertNotNull(note("callback", new IllegalStateException()), "forgotten");
    }

    private String note(String what, Throwable error) {
        return errors.note(RepeatedErrorsTest.class, what, error);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
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
}
