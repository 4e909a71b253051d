package org.example;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** What Hawser does with a backplane on one node. */
final class Node implements BackplaneListener {
    final Backplane backplane;
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    final CompletableFuture<String> subscribed = new CompletableFuture<>();
    final CompletableFuture<Boolean> connected = new CompletableFuture<>();

    Node(Backplane backplane) {
        this.backplane = backplane;
        backplane.start(this);
    }

    @Override
    public void live(String topic, byte[] message) {
        received.add(topic + ": " + new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void stored(String topic, StoredMessage message) {}

    @Override
    public void present(String topic, String node, byte[] members) {}

    @Override
    public void subscribed(String topic) {
        subscribed.complete(topic);
    }

    @Override
    public void connected(boolean there) {
        if (there) {
            connected.complete(true);
        }
    }
}
