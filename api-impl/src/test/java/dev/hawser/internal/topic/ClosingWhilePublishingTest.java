package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.internal.transport.MessagePart;
import dev.hawser.topic.Topics;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A peer closes its session, and its connection breaks, while somebody publishes to it. */
class ClosingWhilePublishingTest {
    /** Tells on which thread its session is closed. */
    @ServerEndpoint("/told")
    public record Told(AtomicReference<Thread> callback) {
        @OnOpen
        public void open(Session session) {}

        @OnClose
        public void close() {
            callback.set(Thread.currentThread());
        }
    }

    private final TopicWorld world = new TopicWorld(
            Settings.builder().set(Setting.OUTBOUND_BYTES, 64 * 1024).build());

    /** Two that deadlock never end, and the container would wait for them: so it is closed only if they have ended. */
    @Test
    void aWriteThatFailsInThePublisherWaitsForNobodyWhoClosesTheSession() throws IOException, InterruptedException {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        byte[] full = new byte[70_000];
        peer.connection.outbound().append(MessagePart.WHOLE, Opcode.BINARY, full, 0, full.length); // and not flushed
        Thread reader = new Thread(() -> peer.sends(Opcode.CLOSE, new byte[] {3, (byte) 0xE8}), "reader");
        reader.setDaemon(true);
        peer.transport.writesEndOn(end -> {
            reader.start();
            TopicWorld.await(
                    "the session begins to close",
                    () -> peer.session().atClosing().listener() == null);
            peer.transport.abort();
        });
        Thread publisher = new Thread(() -> topics.publish("t", "x"), "publisher");
        publisher.setDaemon(true);
        publisher.start();
        publisher.join(10_000);
        assertFalse(publisher.isAlive(), "the publisher waits for the one who closes");
        reader.join(10_000);
        assertFalse(reader.isAlive(), "who closes waits for the publisher");
        assertTrue(peer.transport.isClosed());
        TopicWorld.await("it has left", () -> topics.subscribers("t") == 0);
        world.close();
    }

    /** The publisher does all that is left of the end, and takes the locks that this needs beside the topic's. */
    @Test
    void aPublisherWhoseWriteFailsForgetsTheSession() throws IOException {
        AtomicReference<Thread> callback = new AtomicReference<>();
        Peer peer = world.connect(new Told(callback));
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        byte[] full = new byte[70_000];
        peer.connection.outbound().append(MessagePart.WHOLE, Opcode.BINARY, full, 0, full.length); // and not flushed
        peer.transport.writesEndOn(end -> peer.connection.transportListener().onClosed(new IOException("cut")));
        peer.transport.onAbort(() -> {
            // this holds up only the freeing of the transport: another thread goes on with the callbacks
            new Thread(() -> peer.connection.transportListener().onClosed(new IOException("cut"))).start();
            TopicWorld.await("onClose is called without the publisher", () -> callback.get() != null);
            TopicWorld.await("its worker has nothing left to do", () -> isIdle(callback.get()));
        });
        topics.publish("t", "x");
        TopicWorld.await("it has left", () -> topics.subscribers("t") == 0);
        world.close();
    }

    @Test
    void whoTellsThatAWriteHasEndedWaitsForNoWriteOfAPublisher() throws IOException, InterruptedException {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        Subscriber subscriber = (Subscriber) peer.session().atClosing().listener();
        byte[] full = new byte[70_000];
        peer.connection.outbound().append(MessagePart.WHOLE, Opcode.BINARY, full, 0, full.length);
        CountDownLatch told = new CountDownLatch(1);
        AtomicBoolean inTime = new AtomicBoolean();
        Thread other = new Thread(() -> {
            subscriber.ended(null);
            told.countDown();
        });
        peer.transport.writesEndOn(end -> {
            peer.transport.writesEndOn(Runnable::run);
            other.start();
            inTime.set(isInTime(told));
            end.run();
        });
        topics.publish("t", "x");
        other.join();
        assertTrue(inTime.get(), "it has waited for the end of the publisher's write");
        assertEquals("text:x", peer.received().get(1));
        world.close();
    }

    private static boolean isIdle(Thread worker) {
        Thread.State state = worker.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING || !worker.isAlive();
    }

    private static boolean isInTime(CountDownLatch told) {
        try {
            return told.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
