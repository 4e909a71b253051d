package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a topic takes of the heap, without its name, which is the application's. */
class TopicMemoryTest {
    private static final int SESSIONS = 100;
    private static final int TOPICS = 100_000;
    private static final int MOST = 600;

    @Test
    void aTopicWithOneSubscriberTakesAtMost600Bytes() {
        String[] names = new String[TOPICS];
        for (int i = 0; i < TOPICS; i++) {
            names[i] = "room/" + i;
        }
        try (TopicWorld world = new TopicWorld()) {
            List<Peer> peers = world.connect(SESSIONS);
            Topics topics = Topics.of(peers.get(0).session());
            topics.subscribe(peers.get(0).session(), "so that all classes are there");
            long before = used();
            for (int i = 0; i < TOPICS; i++) {
                topics.subscribe(peers.get(i % SESSIONS).session(), names[i]);
            }
            long each = (used() - before) / TOPICS;
            System.out.println("a topic with one subscriber: " + each + " bytes of heap");
            assertTrue(each <= MOST, () -> each + " bytes");
            assertTrue(each > 100, () -> each + " bytes: nothing was measured");
            assertEquals(1, topics.subscribers(names[TOPICS - 1]));
        }
        assertEquals(TOPICS, names.length);
    }

    /** The bytes of the heap that are in use: the least of several looks, since others may allocate meanwhile. */
    private static long used() {
        Runtime heap = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, heap.totalMemory() - heap.freeMemory());
        }
        return least;
    }
}
