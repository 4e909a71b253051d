package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Silence is answered with a ping, a dead peer is found, and an idle session is closed. */
class SessionTimeoutsTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @Test
    void aSilentPeerIsPingedAndLivesAsLongAsItAnswers() {
        try (SessionHarness session = new SessionHarness(endpoint, keepAlive(30, 10_000))) {
            for (int round = 1; round <= 3; round++) {
                int pings = round;
                SessionHarness.await("ping " + round, () -> session.received().size() >= pings);
                session.read(SessionHarness.frame(Opcode.PONG, true, keepAlivePayload(session)));
            }
            assertFalse(endpoint.ended(), endpoint.calls::toString);
            assertTrue(
                    session.received().stream().allMatch(line -> line.equals("ping:8")), session.received()::toString);
        }
    }

    @Test
    void aPeerThatDoesNotAnswerIsDead() {
        try (SessionHarness session = new SessionHarness(endpoint, keepAlive(30, 40))) {
            SessionHarness.await("onClose", endpoint::ended);
            assertTrue(endpoint.calls.contains("close:1006 no pong within 40 ms"), endpoint.calls::toString);
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void aPeerIsNotDeadBecauseOnOpenTakesLong() {
        LongOpen slow = new LongOpen();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            FakeTransport transport = new FakeTransport();
            Settings settings = keepAlive(20, 20);
            session.connect(slow, settings, transport, ByteBuffer.allocate(0));
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            SessionHarness.await("time passes", () -> System.nanoTime() - until > 0);
            assertFalse(transport.isClosed());
            slow.mayOpen.countDown();
            SessionHarness.await("reading begins", transport::isDemanded);
        }
    }

    /** Opens when it may. */
    @ServerEndpoint("/test")
    public static class LongOpen {
        final CountDownLatch mayOpen = new CountDownLatch(1);

        @OnOpen
        public void onOpen() throws InterruptedException {
            mayOpen.await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whileReadingIsPausedThePeersSilenceSaysNothing() {
        Settings settings =
                Settings.builder().set(Setting.INBOUND_MESSAGES, 1).build().over(keepAlive(20, 20));
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            byte[][] frames = {
                SessionHarness.text("block"),
                SessionHarness.text("a"),
                SessionHarness.text("b"),
                SessionHarness.text("c")
            };
            session.read(frames);
            assertTrue(session.connection.isReadingPaused());
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            SessionHarness.await("time passes", () -> System.nanoTime() - until > 0);
            assertFalse(endpoint.ended(), endpoint.calls::toString);
            endpoint.release.countDown();
        }
    }

    @Test
    void anIdleSessionIsClosedWith1001OnTheWireAnd1006ForItsEndpoint() {
        Settings settings = Settings.builder()
                .set(Setting.IDLE_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            SessionHarness.await("close frame", () -> !session.received().isEmpty());
            assertEquals("close:1001 idle for 50 ms", session.received().get(0));
            session.read(SessionHarness.close(1001, ""));
            SessionHarness.await("onClose", endpoint::ended);
            assertTrue(endpoint.calls.contains("close:1006 idle for 50 ms"), endpoint.calls::toString);
        }
    }

    @Test
    void keepAlivePingsDoNotMakeASessionBusy() {
        Settings settings = Settings.builder()
                // long enough for a machine so busy that the first ping is late
                .set(Setting.IDLE_TIMEOUT, Duration.ofSeconds(3))
                .build()
                .over(keepAlive(20, 10_000));
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            SessionHarness.await("a ping", () -> session.received().contains("ping:8"));
            session.read(SessionHarness.frame(Opcode.PONG, true, keepAlivePayload(session)));
            SessionHarness.await("idle", () -> session.received().contains("close:1001 idle for 3000 ms"));
        }
    }

    /**
     * Long.MAX_VALUE is how many write "never"; a sum with it must not lie in the past, where the timer would look
     * again and again.
     */
    @Test
    void anIdleTimeoutWithoutEndLeavesTheTimerAtRest() {
        try (SessionHarness session = new SessionHarness(endpoint, keepAlive(20, 10_000))) {
            endpoint.session.setMaxIdleTimeout(Long.MAX_VALUE);
            assertTrue(endpoint.session.getMaxIdleTimeout()
                    > Duration.ofDays(10_000).toMillis());
            session.transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("a peer that does not read", result -> {});
            SessionHarness.await(
                    "a look",
                    () -> ((ScheduledThreadPoolExecutor)
                                            session.runtime.resources().timer())
                                    .getCompletedTaskCount()
                            > 0);
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            SessionHarness.await("time passes", () -> System.nanoTime() - until > 0);
            long looks =
                    ((ScheduledThreadPoolExecutor) session.runtime.resources().timer()).getCompletedTaskCount();
            assertTrue(looks < 50, "the timer looked " + looks + " times");
        }
    }

    private static byte[] keepAlivePayload(SessionHarness session) {
        byte[] written = session.transport.written();
        byte[] payload = new byte[8];
        System.arraycopy(written, 2, payload, 0, 8); // an unmasked ping of eight bytes is first
        return payload;
    }

    private static Settings keepAlive(long intervalMillis, long pongMillis) {
        return Settings.builder()
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofMillis(intervalMillis))
                .set(Setting.PONG_TIMEOUT, Duration.ofMillis(pongMillis))
                .build();
    }
}
