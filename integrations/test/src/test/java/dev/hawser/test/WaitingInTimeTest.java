package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks that wait while time stands still: for slow readers, for the rest of a message, and for the test. */
class WaitingInTimeTest {
    private static final Duration TICK = Duration.ofNanos(1);
    private static final String LARGE = "x".repeat(200_000);
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<EndpointTester> TESTER = new AtomicReference<>();
    private static final Semaphore BEGUN = new Semaphore(0);
    private static final Semaphore GO = new Semaphore(0);

    /** Does what the message says. */
    @ServerEndpoint("/does")
    public static class Does {
        @OnMessage
        public void message(String text, Session session) throws IOException, InterruptedException {
            SEEN.add(text);
            switch (text) {
                case "fill" -> fill(session);
                case "wait" -> {
                    BEGUN.release();
                    assertTrue(GO.tryAcquire(30, TimeUnit.SECONDS));
                }
                case "compute" -> {
                    while (!GO.tryAcquire()) {
                        Thread.onSpinWait();
                    }
                }
                case "advance" ->
                    SEEN.add(String.valueOf(assertThrows(
                                    IllegalStateException.class,
                                    () -> TESTER.get().advance(TICK))
                            .getMessage()));
                default -> session.getBasicRemote().sendText(text);
            }
        }

        private static void fill(Session session) throws IOException {
            try {
                session.getBasicRemote().sendText(LARGE);
                SEEN.add("sent");
            } catch (IOException e) {
                int before = SEEN.size();
                for (int i = 0; i < 10_000; i++) {
                    Thread.onSpinWait(); // another that goes on meanwhile would be seen
                }
                SEEN.add(SEEN.size() == before ? "failed" : "failed beside another");
                throw e;
            }
        }

        @OnClose
        public void close() {
            SEEN.add("close");
        }
    }

    /** Reads each message as it comes. */
    @ServerEndpoint("/reads")
    public static class Reads {
        @OnMessage
        public void message(Reader message) throws IOException {
            SEEN.add("begin");
            try {
                SEEN.add(Character.toString(message.read()));
                SEEN.add(Character.toString(message.read()));
            } catch (IOException e) {
                SEEN.add("failed");
                throw e;
            }
        }
    }

    @BeforeEach
    void begin() {
        SEEN.clear();
        BEGUN.drainPermits();
        GO.drainPermits();
    }

    private static List<String> seen() {
        List<String> seen = List.copyOf(SEEN);
        SEEN.clear();
        return seen;
    }

    @Test
    void aSendToASlowReaderWaitsUntilThePeerReads() {
        try (EndpointTester tester = EndpointTester.of(Does.class)) {
            TestPeer slow = tester.connect("/does");
            TestPeer other = tester.connect("/does");
            slow.stopReading();
            slow.sendText("fill");
            assertEquals(List.of("fill"), seen());
            other.sendText("hi");
            other.expectText("hi");
            slow.resumeReading();
            assertEquals(List.of("hi", "sent"), seen());
            slow.expectText(LARGE);
        }
    }

    @Test
    void aSendToASlowReaderFailsWhenItsTimeHasPassed() {
        try (EndpointTester tester = EndpointTester.of(Does.class)) {
            TestPeer slow = tester.connect("/does");
            slow.stopReading();
            slow.sendText("fill");
            tester.advance(Duration.ofSeconds(20).minus(TICK));
            assertEquals(List.of("fill"), seen());
            tester.advance(TICK);
            assertEquals(List.of("failed", "close"), seen());
        }
    }

    @Test
    void severalSendsWaitEachForItsOwnTime() {
        try (EndpointTester tester = EndpointTester.of(Does.class)) {
            for (int i = 0; i < 3; i++) {
                TestPeer slow = tester.connect("/does");
                slow.stopReading();
                slow.sendText("fill");
                tester.advance(Duration.ofSeconds(5));
            }
            assertEquals(List.of("fill", "fill", "fill"), seen());
            tester.advance(Duration.ofSeconds(5));
            assertEquals(List.of("failed", "close"), seen());
            tester.advance(Duration.ofSeconds(5));
            assertEquals(List.of("failed", "close"), seen());
            tester.advance(Duration.ofMinutes(5));
            assertEquals(List.of("failed", "close"), seen());
        }
    }

    @Test
    void sendsWhoseTimesEndTogetherFailOneAfterTheOther() {
        for (int round = 0; round < 20; round++) {
            try (EndpointTester tester = EndpointTester.of(Does.class)) {
                for (int i = 0; i < 3; i++) {
                    TestPeer slow = tester.connect("/does");
                    slow.stopReading();
                    slow.sendText("fill");
                }
                assertEquals(List.of("fill", "fill", "fill"), seen());
                tester.advance(Duration.ofSeconds(20));
                assertEquals(List.of("failed", "close", "failed", "close", "failed", "close"), seen());
            }
        }
    }

    @Test
    void aSendOfAnotherThreadFailsWhenItsTimeHasPassed() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            try (EndpointTester tester = EndpointTester.of(Does.class)) {
                TestPeer slow = tester.connect("/does");
                slow.stopReading();
                Thread sending = new Thread(() -> assertThrows(
                        IOException.class, () -> slow.session().getBasicRemote().sendText(LARGE)));
                sending.start();
                while (!isWaiting(sending)) {
                    assertTrue(sending.isAlive());
                    Thread.onSpinWait();
                }
                tester.advance(Duration.ofSeconds(20).minus(TICK));
                assertTrue(sending.isAlive());
                tester.advance(TICK);
                assertFalse(isWaiting(sending));
                slow.expectSessionEnded();
                sending.join(30_000);
                assertFalse(sending.isAlive());
            }
        }
    }

    /** Whether a send waits for the time of the test; between two looks it is false, too. */
    private static boolean isWaiting(Thread sending) {
        return Arrays.stream(sending.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(EngineWaits.class.getName())
                        && frame.getMethodName().equals("await"));
    }

    @Test
    void aSendOfTheTestsThreadThatNothingCanEndFailsAfterTheDeadline() {
        EndpointTester impatient = EndpointTester.builder()
                .endpoint(Does.class)
                .deadline(Duration.ofSeconds(1))
                .start();
        try (EndpointTester tester = impatient) {
            TestPeer slow = tester.connect("/does");
            slow.stopReading();
            IllegalStateException told = assertThrows(
                    IllegalStateException.class,
                    () -> slow.session().getBasicRemote().sendText(LARGE));
            assertTrue(String.valueOf(told.getMessage()).contains("time stands still"), told::toString);
            slow.resumeReading();
            slow.expectText(LARGE); // it was queued
        }
    }

    @Test
    void aStreamedMessageHasItsTimes() {
        EndpointTester ofSlowPeers = EndpointTester.builder()
                .endpoint(Reads.class)
                .settings(Settings.builder().set(Setting.MIN_MESSAGE_RATE, 0).build())
                .start();
        try (EndpointTester tester = ofSlowPeers) {
            TestPeer peer = tester.connect("/reads");
            peer.sendFrame(Opcode.TEXT, false, "h".getBytes(StandardCharsets.UTF_8));
            assertEquals(List.of(), seen()); // the rest usually comes in a moment
            tester.advance(Duration.ofMillis(10));
            assertEquals(List.of("begin", "h"), seen());
            tester.advance(Duration.ofSeconds(30).minus(TICK));
            assertEquals(List.of(), seen());
            tester.advance(TICK);
            assertEquals(List.of("failed"), seen());
        }
    }

    @Test
    void aMessageThatIsReadGoesOnWithItsNextPart() {
        try (EndpointTester tester = EndpointTester.of(Reads.class)) {
            TestPeer peer = tester.connect("/reads");
            peer.sendFrame(Opcode.TEXT, false, "h".getBytes(StandardCharsets.UTF_8));
            tester.advance(Duration.ofMillis(10));
            peer.sendFrame(Opcode.CONTINUATION, true, "i".getBytes(StandardCharsets.UTF_8));
            assertEquals(List.of("begin", "h", "i"), seen());
        }
    }

    @Test
    void timePassesWhileACallbackWaitsForTheTest() throws InterruptedException {
        try (EndpointTester tester = EndpointTester.of(Does.class)) {
            TestPeer waiting = tester.connect("/does");
            waiting.sendText("wait");
            assertTrue(BEGUN.tryAcquire(30, TimeUnit.SECONDS));
            TestPeer slow = tester.connect("/does");
            slow.stopReading();
            slow.sendText("fill");
            tester.advance(Duration.ofSeconds(20));
            assertEquals(List.of("wait", "fill", "failed", "close"), seen());
            GO.release();
        }
    }

    @Test
    void timeDoesNotPassWhileACallbackComputes() {
        EndpointTester impatient = EndpointTester.builder()
                .endpoint(Does.class)
                .deadline(Duration.ofSeconds(1))
                .start();
        try (EndpointTester tester = impatient) {
            tester.connect("/does").sendText("compute");
            AssertionError told = assertThrows(AssertionError.class, () -> tester.advance(TICK));
            assertTrue(String.valueOf(told.getMessage()).contains("Does.message"), told::toString);
            GO.release();
        }
    }

    @Test
    void timeDoesNotPassWhileACallbackOnTheEventLoopWaits() {
        EndpointTester onLoop = EndpointTester.builder()
                .endpoint(Does.class)
                .settings(Settings.builder()
                        .set(Setting.DISPATCH, Dispatch.EVENT_LOOP)
                        .build())
                .deadline(Duration.ofSeconds(1))
                .start();
        try (EndpointTester tester = onLoop) {
            tester.connect("/does").sendText("wait");
            AssertionError told = assertThrows(AssertionError.class, () -> tester.advance(TICK));
            assertTrue(String.valueOf(told.getMessage()).contains("Does.message"), told::toString);
            GO.release();
            tester.advance(TICK);
        }
    }

    @Test
    void aCallbackCannotLetTimePass() {
        try (EndpointTester tester = EndpointTester.of(Does.class)) {
            TESTER.set(tester);
            tester.connect("/does").sendText("advance");
            assertEquals(List.of("advance", "A callback cannot let time pass: call advance in the test"), seen());
            TESTER.set(null);
        }
    }
}
