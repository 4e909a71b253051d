package dev.hawser.brokers;

import static dev.hawser.brokers.Client.await;

import dev.hawser.backplane.BackplaneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Publishes to a topic from several nodes until it is closed, and remembers what the broker has taken. */
public final class Load implements AutoCloseable {
    private final Queue<String> stored = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable unexpected;

    /** Begins at once, with one thread for each node. */
    public Load(String topic, List<Node> nodes) {
        for (Node node : nodes) {
            int publisher = threads.size();
            Thread thread = new Thread(() -> publish(node, topic, publisher));
            threads.add(thread);
            thread.start();
        }
    }

    private void publish(Node node, String topic, int publisher) {
        for (int i = 0; !over.get(); i++) {
            String text = publisher + "-" + i;
            try {
                node.topics.publish(topic, text).toCompletableFuture().join();
                stored.add(text);
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof BackplaneException)) {
                    unexpected = e;
                }
            }
        }
    }

    /** What the broker has stored. */
    public List<String> stored() {
        return List.copyOf(stored);
    }

    /** Waits until so many more are stored. */
    public void awaitMore(int messages) {
        int before = stored.size();
        await("messages are stored", () -> stored.size() >= before + messages);
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        for (Thread each : threads) {
            each.join();
        }
        if (unexpected != null) {
            throw new AssertionError(unexpected);
        }
    }
}
