package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Published;
import dev.hawser.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages of topics in sessions with an extension: encoded once, and one that throws costs its session alone. */
class TopicExtensionsTest {
    private final TopicWorld world = new TopicWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void aMessageIsCompressedOnceForAllWhoNegotiatedTheSame() {
        AtomicInteger encoded = new AtomicInteger();
        Topics topics = null;
        for (int i = 0; i < 30; i++) {
            Peer peer = world.connect(new TopicWorld.Quiet(), extension(encoded, "same"));
            topics = Topics.of(peer.session());
            topics.subscribe(peer.session(), "t");
        }
        assertEquals(30, now(topics, "t", "x").delivered());
        assertEquals(1, encoded.get());
        topics.publish("t", "a long one: " + "y".repeat(1000));
        topics.publish("t", ByteBuffer.wrap(new byte[500]));
        assertEquals(3, encoded.get(), "texts and bytes, whatever their length");
    }

    @Test
    void oneWhoseExtensionFailsIsLostAlone() {
        Peer first = world.connect();
        Peer failing = world.connect(new TopicWorld.Quiet(), extension(new AtomicInteger(), null));
        Peer third = world.connect();
        Topics topics = Topics.of(first.session());
        for (Peer peer : List.of(first, failing, third)) {
            topics.subscribe(peer.session(), "t");
        }
        Published published = now(topics, "t", "fail");
        assertEquals(2, published.delivered());
        assertEquals(1, published.failed());
        assertEquals(List.of("text:fail"), first.received());
        assertEquals(List.of("text:fail"), third.received());
        await("it is cut", failing.transport::isClosed);
    }

    @Test
    void oneWhoseExtensionFailsIsEndedWithoutTheLocksOfTopics() throws IOException {
        Peer failing = world.connect(new TopicWorld.Quiet(), extension(new AtomicInteger(), null));
        Topics topics = Topics.of(failing.session());
        topics.subscribe(failing.session(), "t");
        Object subscriber = failing.session().atClosing().listener();
        List<Boolean> held = new CopyOnWriteArrayList<>();
        failing.transport.onAbort(() -> held.add(Thread.holdsLock(subscriber)));
        topics.publish("t", "fail");
        await("it is cut", failing.transport::isClosed);
        assertEquals(List.of(false), held);

        Peer waiting = world.connect(new TopicWorld.Quiet(), extension(new AtomicInteger(), null));
        topics.subscribe(waiting.session(), "t");
        Object other = waiting.session().atClosing().listener();
        waiting.transport.onAbort(() -> held.add(Thread.holdsLock(other)));
        waiting.session().getBasicRemote().sendText("a", false);
        topics.publish("t", "fail"); // waits for the end of the partial message
        assertThrows(IOException.class, () -> waiting.session().getBasicRemote().sendText("b", true));
        await("it is cut, too", waiting.transport::isClosed);
        assertEquals(List.of(false, false), held);
    }

    private static Published now(@Nullable Topics topics, String topic, String text) {
        if (topics == null) {
            throw new AssertionError("nobody is connected");
        }
        return topics.publish(topic, text).toCompletableFuture().join();
    }

    /** Leaves all as it is, counts what it encodes, and fails for "fail" if it has no key. */
    private static NegotiatedExtension extension(AtomicInteger encoded, @Nullable String key) {
        return new NegotiatedExtension(
                new ExtensionOffer("test", List.of()), Decoding::new, () -> new Encoding(encoded, key));
    }

    private static final class Decoding implements InboundExtension {
        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return false;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            throw new AssertionError("nothing is encoded");
        }

        @Override
        public void close() {}
    }

    private record Encoding(AtomicInteger encoded, @Nullable String key) implements OutboundExtension {
        @Override
        public int rsv() {
            return InboundExtension.RSV1;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            encoded.incrementAndGet();
            if (key == null && new String(payload, offset, length, StandardCharsets.UTF_8).equals("fail")) {
                throw new IllegalStateException("as the test wants it");
            }
            return new Encoded(0, payload, offset, length);
        }

        @Override
        public @Nullable Object sharingKey() {
            return key;
        }

        @Override
        public void close() {}
    }
}
