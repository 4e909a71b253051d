package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** As many callbacks block at the same time as there are threads for them, though nobody knew that they would. */
class BlockedCallbacksTest {
    private static final int MANY = 200;

    /** All its sessions wait for one another. */
    @ServerEndpoint("/test")
    public static final class Waits {
        final AtomicInteger waiting = new AtomicInteger();
        final CountDownLatch release = new CountDownLatch(1);

        @OnMessage
        public String onText(String text) throws InterruptedException {
            waiting.incrementAndGet();
            release.await(2, TimeUnit.MINUTES);
            return text;
        }
    }

    /** The sends of its first message have a handler that blocks. */
    @ServerEndpoint("/test")
    public static final class WaitsInHandlers {
        final AtomicInteger waiting = new AtomicInteger();
        final CountDownLatch release = new CountDownLatch(1);

        @OnMessage
        public void onText(String text, Session session) {
            session.getAsyncRemote().sendText(text, result -> {
                waiting.incrementAndGet();
                await(release);
            });
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await(2, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void twoHundredThatBlockOnTheirFirstCallRunAtTheSameTimeAndABystanderIsServed() {
        Waits endpoint = new Waits();
        RecordingEndpoint bystander = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(bystander)) {
            List<FakeTransport> peers = receiveEach(session, endpoint, Settings.defaults(), MANY);
            SessionHarness.await("all block at once: " + endpoint.waiting, () -> endpoint.waiting.get() == MANY);
            session.read(SessionHarness.text("hello"));
            SessionHarness.await("the bystander", () -> session.received().contains("text:hello"));
            endpoint.release.countDown();
            for (FakeTransport peer : peers) {
                SessionHarness.await(
                        "answered", () -> SessionHarness.received(peer).contains("text:all"));
            }
        } finally {
            endpoint.release.countDown();
        }
    }

    @Test
    void twoHundredSendHandlersThatBlockHoldUpNoBystander() {
        WaitsInHandlers endpoint = new WaitsInHandlers();
        RecordingEndpoint bystander = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(bystander)) {
            receiveEach(session, endpoint, Settings.defaults(), MANY);
            SessionHarness.await("all block at once", () -> endpoint.waiting.get() == MANY);
            session.read(SessionHarness.text("hello"));
            SessionHarness.await("the bystander", () -> session.received().contains("text:hello"));
        } finally {
            endpoint.release.countDown();
        }
    }

    /** The bounds are what the settings say, and who waits beyond them is served in the end. */
    @Test
    void noMoreBlockThanThereAreThreadsAndTheOthersFollow() {
        Waits endpoint = new Waits();
        Settings few = Settings.builder()
                .set(Setting.MAX_WORKERS, 2)
                .set(Setting.MAX_BLOCKING_THREADS, 3)
                .build()
                .over(Settings.defaults());
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint(), few)) {
            List<FakeTransport> peers = receiveEach(session, endpoint, few, 20);
            SessionHarness.await("as many as there are threads", () -> endpoint.waiting.get() == 5);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            SessionHarness.await("time passes", () -> System.nanoTime() - until > 0);
            assertEquals(5, endpoint.waiting.get());
            endpoint.release.countDown();
            for (FakeTransport peer : peers) {
                SessionHarness.await(
                        "answered", () -> SessionHarness.received(peer).contains("text:all"));
            }
        } finally {
            endpoint.release.countDown();
        }
    }

    private static List<FakeTransport> receiveEach(
            SessionHarness session, Object endpoint, Settings settings, int count) {
        List<FakeTransport> peers = new ArrayList<>();
        List<WebSocketConnection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeTransport peer = new FakeTransport();
            peers.add(peer);
            connections.add(session.connect(endpoint, settings, peer));
        }
        for (int i = 0; i < count; i++) {
            peers.get(i).arrive(SessionHarness.text("all"));
            connections.get(i).transportListener().onReadable();
        }
        return peers;
    }
}
