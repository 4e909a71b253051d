package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.server.OpeningHandshakeRequest;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.server.HandshakeRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long asynchronous sends may take: as the application set it, without a deadline of their own if it set none, or
 * the finite default.
 */
class AsyncSendTimeoutTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @Test
    void whatWasNeverSetIsTheSendTimeoutAndTheGetterTellsIt() {
        try (SessionHarness session = open(sendTimeout(Duration.ofSeconds(7)).build())) {
            assertEquals(7_000, async().getSendTimeout());
            session.transport.holdWrites();
            async().sendText("waits");
            long until = untilDeadline(session, Duration.ofDays(1));
            assertTrue(until > 0 && until <= TimeUnit.SECONDS.toNanos(7), "nanoseconds: " + until);
        }
    }

    @Test
    void theSettingIsWhatTheGetterTells() {
        Settings settings = sendTimeout(Duration.ofSeconds(7))
                .set(Setting.ASYNC_SEND_TIMEOUT, Duration.ofSeconds(3))
                .build();
        try (SessionHarness session = open(settings)) {
            assertEquals(3_000, async().getSendTimeout());
            session.transport.holdWrites();
            async().sendText("waits");
            assertTrue(untilDeadline(session, Duration.ofDays(1)) <= TimeUnit.SECONDS.toNanos(3));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void zeroOrLessIsNoDeadlineOfItsOwn(long none) {
        try (SessionHarness session = open(Settings.defaults())) {
            async().setSendTimeout(none);
            assertEquals(none, async().getSendTimeout());
            session.transport.holdWrites();
            Future<Void> send = async().sendText("waits");
            assertTrue(untilDeadline(session, Duration.ofDays(10_000)) > TimeUnit.DAYS.toNanos(9_999));
            assertFalse(send.isDone());
        }
    }

    @Test
    void thePeerThatTakesNothingIsCutByTheWriteTimeoutAllTheSame() {
        Settings quick = sendTimeout(Duration.ofMillis(50)).build();
        try (SessionHarness session = open(quick)) {
            async().setSendTimeout(0);
            session.transport.holdWrites();
            Future<Void> send = async().sendText("nobody reads this");
            assertThrows(ExecutionException.class, () -> send.get(30, TimeUnit.SECONDS));
            SessionHarness.await("onClose", endpoint::ended);
        }
    }

    @Test
    void aContainerThatWasToldNoneGivesItToItsSessions() {
        Settings settings = sendTimeout(Duration.ofSeconds(7))
                .set(Setting.ASYNC_SEND_TIMEOUT, AsyncSendTimeout.setting(0))
                .build();
        assertEquals(0, AsyncSendTimeout.millis(settings));
        try (SessionHarness session = open(settings)) {
            assertEquals(0, async().getSendTimeout());
            session.transport.holdWrites();
            async().sendText("waits");
            assertTrue(untilDeadline(session, Duration.ofDays(10_000)) > TimeUnit.DAYS.toNanos(9_999));
        }
    }

    /**
     * The javadoc of setSendTimeout says so since Jakarta WebSocket 2.3, which is known by a method that it adds
     * elsewhere.
     */
    @Test
    void underApi23TheGetterAnswersMinusOneWhileNobodySetIt() {
        assertTrue(AsyncSendTimeout.isOfApi23(OpeningHandshakeRequest.class));
        assertFalse(AsyncSendTimeout.isOfApi23(HandshakeRequest.class), "these tests run with API 2.2");
    }

    private static long untilDeadline(SessionHarness session, Duration writeTimeout) {
        return session.connection.outbound().untilDeadline(writeTimeout.toNanos(), System.nanoTime());
    }

    private static Settings.Builder sendTimeout(Duration timeout) {
        return Settings.builder().set(Setting.SEND_TIMEOUT, timeout);
    }

    private RemoteEndpoint.Async async() {
        return endpoint.session.getAsyncRemote();
    }

    private SessionHarness open(Settings settings) {
        SessionHarness session = new SessionHarness(endpoint, settings);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }
}
