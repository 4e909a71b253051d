package dev.hawser.tck.app;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happened in an application, in order, by topic. Endpoints write it where they cannot tell the client, as in
 * {@code onClose}; {@link JournalServlet} reads it to the tests.
 */
public final class Journal {

    private static final Map<String, BlockingQueue<String>> TOPICS = new ConcurrentHashMap<>();

    private Journal() {}

    /** Adds an event to a topic. */
    public static void add(String topic, String event) {
        topic(topic).add(event);
    }

    /** Takes the oldest event of a topic, waiting for it 30 seconds; null if there is none. */
    static @Nullable String take(String topic) throws InterruptedException {
        return topic(topic).poll(30, TimeUnit.SECONDS);
    }

    private static BlockingQueue<String> topic(String name) {
        return TOPICS.computeIfAbsent(name, key -> new LinkedBlockingQueue<>());
    }
}
