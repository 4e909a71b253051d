package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sends are legal from any thread, ordered, bounded in bytes and in time, and each ends exactly once. */
class SendingTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @Test
    void repliesToOneReadingGoOutInOneWrite() {
        try (SessionHarness session = open(Settings.defaults())) {
            byte[][] frames = new byte[32][];
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < frames.length; i++) {
                frames[i] = SessionHarness.text("message " + i);
                expected.add("text:message " + i);
            }
            int before = session.transport.writes();
            session.read(frames);
            SessionHarness.await("echoes", () -> session.received().size() == frames.length);
            assertEquals(expected, session.received());
            // The worker may have begun while the reading went on; far fewer writes than messages is the rule.
            assertTrue(session.transport.writes() - before <= 3, "writes: " + (session.transport.writes() - before));
        }
    }

    @Test
    void aReplyIsNotHeldBackByASlowCallbackBehindIt() {
        try (SessionHarness session = open(Settings.defaults())) {
            session.read(SessionHarness.text("quick"), SessionHarness.text("block"));
            SessionHarness.await("the reply goes out", () -> session.received().contains("text:quick"));
            assertTrue(endpoint.calls.contains("text:block") || endpoint.release.getCount() == 1);
            endpoint.release.countDown();
            SessionHarness.await("the other one", () -> session.received().contains("text:block"));
        }
    }

    @Test
    void messagesOfManyThreadsArriveWholeAndInTheOrderOfEach() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            int threads = 8;
            int each = 200;
            CountDownLatch done = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int number = t;
                session.executor.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        try {
                            if (i % 2 == 0) {
                                endpoint.session.getBasicRemote().sendText(number + ":" + i);
                            } else {
                                endpoint.session.getAsyncRemote().sendText(number + ":" + i, result -> {});
                            }
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                    done.countDown();
                });
            }
            assertTrue(done.await(30, TimeUnit.SECONDS));
            Map<String, Integer> next = new HashMap<>();
            List<String> received = session.received();
            assertEquals(threads * each, received.size());
            for (String line : received) {
                String[] parts = line.split(":");
                assertEquals(next.getOrDefault(parts[1], 0), Integer.valueOf(parts[2]), line);
                next.merge(parts[1], 1, (old, one) -> old + 1);
            }
        }
    }

    @Test
    void aWholeMessageInsideAPartialOneIsRefusedNamingBoth() throws IOException {
        try (SessionHarness session = open(Settings.defaults())) {
            endpoint.session.getBasicRemote().sendText("begun ", false);
            IllegalStateException refused = assertThrows(
                    IllegalStateException.class,
                    () -> endpoint.session.getBasicRemote().sendBinary(ByteBuffer.allocate(1)));
            assertTrue(refused.getMessage().contains("BINARY"), refused.getMessage());
            assertTrue(refused.getMessage().contains("partial TEXT"), refused.getMessage());
            endpoint.session.getBasicRemote().sendText("and done", true);
            assertEquals(List.of("text:begun and done"), session.received());
        }
    }

    @Test
    void aPingGoesBetweenTheFragmentsOfAMessage() throws IOException {
        try (SessionHarness session = open(Settings.defaults())) {
            endpoint.session.getBasicRemote().sendText("begun ", false);
            endpoint.session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[3]));
            endpoint.session.getBasicRemote().sendText("done", true);
            assertEquals(List.of("ping:3", "text:begun done"), session.received());
        }
    }

    @Test
    void anAsyncSendOverTheBoundFailsAloneAndTheOthersArrive() throws Exception {
        Settings small = Settings.builder().set(Setting.OUTBOUND_BYTES, 1000).build();
        try (SessionHarness session = open(small)) {
            session.transport.holdWrites();
            Future<Void> first = endpoint.session.getAsyncRemote().sendText("x".repeat(900));
            Future<Void> tooMuch = endpoint.session.getAsyncRemote().sendText("y".repeat(900));
            ExecutionException refused =
                    assertThrows(ExecutionException.class, () -> tooMuch.get(30, TimeUnit.SECONDS));
            assertTrue(refused.getMessage().contains("dev.hawser.outboundBytes"), refused.getMessage());
            assertFalse(first.isDone());
            session.transport.releaseWrite();
            first.get(30, TimeUnit.SECONDS);
            endpoint.session.getAsyncRemote().sendText("z").get(30, TimeUnit.SECONDS);
            assertEquals(2, session.received().size());
        }
    }

    @Test
    void aMessageBiggerThanTheBoundIsAdmittedWhenNothingWaits() throws Exception {
        Settings small = Settings.builder().set(Setting.OUTBOUND_BYTES, 1000).build();
        try (SessionHarness session = open(small)) {
            endpoint.session.getBasicRemote().sendBinary(ByteBuffer.allocate(3_000_000));
            assertEquals(List.of("binary:3000000"), session.received());
        }
    }

    @Test
    void everyAsyncSendEndsOnceWhenTheConnectionDoes() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            BlockingQueue<SendResult> results = new LinkedBlockingQueue<>();
            RemoteEndpoint.Async remote = endpoint.session.getAsyncRemote();
            int sends = 100;
            for (int i = 0; i < sends; i++) {
                remote.sendText("message " + i, results::add);
            }
            session.connection.cut("the test says so", CloseCause.STOPPED);
            for (int i = 0; i < sends; i++) {
                SendResult result = results.poll(30, TimeUnit.SECONDS);
                assertFalse(result.isOK());
                assertTrue(result.getException() instanceof IOException, String.valueOf(result.getException()));
            }
            remote.sendText("after the end", results::add);
            assertFalse(results.poll(30, TimeUnit.SECONDS).isOK());
            assertEquals(0, results.size());
        }
    }

    @Test
    void aHandlerIsToldOfSuccess() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            BlockingQueue<SendResult> results = new LinkedBlockingQueue<>();
            endpoint.session.getAsyncRemote().sendText("hello", results::add);
            SendResult result = results.poll(30, TimeUnit.SECONDS);
            assertTrue(result.isOK());
            assertEquals(null, result.getException());
            assertEquals(endpoint.session, result.getSession());
            assertEquals(List.of("text:hello"), session.received());
        }
    }

    @Test
    void aBlockingSendToAPeerThatDoesNotReadFailsInTimeAndClosesTheConnection() {
        Settings quick = Settings.builder()
                .set(Setting.SEND_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = open(quick)) {
            session.transport.holdWrites();
            IOException late = assertThrows(
                    IOException.class, () -> endpoint.session.getBasicRemote().sendText("nobody reads this"));
            assertTrue(late.getMessage().contains("send"), late.getMessage());
            SessionHarness.await("the end", () -> endpoint.ended() && session.transport.isClosed());
        }
    }

    @Test
    void anAsyncSendToAPeerThatDoesNotReadFailsInTime() {
        Settings quick = Settings.builder()
                .set(Setting.SEND_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = open(quick)) {
            session.transport.holdWrites();
            Future<Void> send = endpoint.session.getAsyncRemote().sendText("nobody reads this");
            assertThrows(ExecutionException.class, () -> send.get(30, TimeUnit.SECONDS));
            SessionHarness.await("onClose", endpoint::ended);
        }
    }

    @Test
    void batchedMessagesGoOutBySelfWithinTheFlushDelay() throws IOException {
        try (SessionHarness session = open(Settings.defaults())) {
            endpoint.session.getBasicRemote().setBatchingAllowed(true);
            for (int i = 0; i < 10; i++) {
                endpoint.session.getBasicRemote().sendText("batched " + i);
            }
            SessionHarness.await("flushed", () -> session.received().size() == 10);
            assertTrue(session.transport.writes() <= 10);
        }
    }

    @Test
    void aWriterSendsFragmentsOfOneMessageAndNeverHalfACodePoint() throws IOException {
        try (SessionHarness session = open(Settings.defaults())) {
            String long1 = "\uD83D\uDE00".repeat(10_001);
            try (Writer writer = endpoint.session.getBasicRemote().getSendWriter()) {
                writer.write("a");
                writer.write(long1);
            }
            assertEquals(List.of("text:a" + long1), session.received());
        }
    }

    @Test
    void pingsThatArriveTogetherAreAnsweredOneByOneAndInOrder() {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            Future<Void> first = endpoint.session.getAsyncRemote().sendText("in flight");
            session.read(pings(10));
            session.transport.releaseWrite();
            SessionHarness.await("sent", first::isDone);
            assertEquals(
                    List.of(
                            "text:in flight",
                            "pong:a",
                            "pong:b",
                            "pong:c",
                            "pong:d",
                            "pong:e",
                            "pong:f",
                            "pong:g",
                            "pong:h",
                            "pong:i",
                            "pong:j"),
                    session.received());
        }
    }

    @Test
    void ofManyPingsThatCouldNotBeAnsweredYetTheLatestAre() {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            Future<Void> first = endpoint.session.getAsyncRemote().sendText("in flight");
            session.read(pings(20));
            session.transport.releaseWrite();
            SessionHarness.await("sent", first::isDone);
            List<String> received = session.received();
            assertEquals(1 + 16, received.size(), received::toString);
            assertEquals("pong:e", received.get(1));
            assertEquals("pong:t", received.get(16));
        }
    }

    /** Pings with the payloads a, b, c and so on. */
    private static byte[][] pings(int count) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = SessionHarness.frame(dev.hawser.extension.Opcode.PING, true, new byte[] {(byte) ('a' + i)});
        }
        return frames;
    }

    @Test
    void whileThePeerDoesNotReadItsRepliesItIsNotServedAndThenItIs() {
        Settings small = Settings.builder()
                .set(Setting.OUTBOUND_BYTES, 1000)
                .set(Setting.INBOUND_MESSAGES, 4)
                .build();
        try (SessionHarness session = open(small)) {
            session.transport.holdWrites();
            byte[][] frames = new byte[20][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = SessionHarness.text("y".repeat(400) + i);
            }
            session.read(frames);
            SessionHarness.await(
                    "reading pauses", () -> !session.transport.isDemanded() || session.connection.isReadingPaused());
            assertTrue(endpoint.calls.size() < 12, "calls: " + endpoint.calls.size());
            session.transport.releaseWrite();
            SessionHarness.await("all are served", () -> session.received().size() == frames.length);
            SessionHarness.await("reading goes on", () -> !session.connection.isReadingPaused());
        }
    }

    private SessionHarness open(Settings settings) {
        SessionHarness session = new SessionHarness(endpoint, settings);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }
}
