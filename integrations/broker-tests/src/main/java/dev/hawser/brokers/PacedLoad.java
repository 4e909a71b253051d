package dev.hawser.brokers;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes from two nodes at a steady pace: live messages of 1 KiB, and messages of a topic with history. */
final class PacedLoad implements AutoCloseable {
    private static final int LIVE_MILLIS = 5;
    private static final int KEPT_MILLIS = 20;
    private static final int LARGE = 100_000;

    private final ScheduledExecutorService publishers = Executors.newScheduledThreadPool(2);
    private final Queue<String> stored = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    /** Whether one live message of the second node in 40 is large. */
    volatile boolean large;

    PacedLoad(Node first, Node second, String name, String keptTopic) {
        every(LIVE_MILLIS, () -> first.topics.publish("live/" + name, Latencies.message(1024)));
        every(LIVE_MILLIS, () -> {
            int length = large && live.incrementAndGet() % 40 == 0 ? LARGE : 1024;
            second.topics.publish("other/" + name, "x".repeat(length));
        });
        for (Node each : List.of(first, second)) {
            every(KEPT_MILLIS, () -> keep(each, keptTopic));
        }
    }

    private void every(int millis, Runnable action) {
        var unused = publishers.scheduleAtFixedRate(action, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void keep(Node node, String topic) {
        String text = "m" + number.incrementAndGet();
        node.topics.publish(topic, text).whenComplete((published, failure) -> {
            if (failure == null) {
                stored.add(text);
            } else {
                failed.incrementAndGet();
            }
        });
    }

    /** The messages that the broker has stored. */
    List<String> stored() {
        return List.copyOf(stored);
    }

    /** How many messages the broker has not stored, or not said so in time. */
    int failed() {
        return failed.get();
    }

    @Override
    public void close() throws InterruptedException {
        publishers.shutdown();
        if (!publishers.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a publisher waits");
        }
    }
}
