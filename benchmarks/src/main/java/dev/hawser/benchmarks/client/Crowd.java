package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.load.Content;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one client, which play ping-pong: each sends a text of 128 bytes, and the next one when the echo
 * of the last is there. A text that differs from what was sent, or a connection that ends early, is a failure. One
 * thread calls the methods.
 */
final class Crowd {
    private static final int SIZE = 128;
    private static final int VARIANTS = 64;
    private static final String[] TEXTS = texts();
    private static final int OPENING_AT_ONCE = 16;
    private static final long POLL_MILLIS = 1;

    private final Client client;
    private final URI uri;
    private final long patienceMillis;
    private final List<Player> players = new ArrayList<>();
    private final LongAdder messages = new LongAdder();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    /** Whether an echo is answered with the next text. */
    private volatile boolean talking;
    /** Whether connections may end. */
    private volatile boolean closing;

    /** A crowd of nobody. After so many milliseconds a step that is not done has failed. */
    Crowd(Client client, URI uri, long patienceMillis) {
        this.client = client;
        this.uri = uri;
        this.patienceMillis = patienceMillis;
    }

    private static String[] texts() {
        String[] texts = new String[VARIANTS];
        for (int i = 0; i < VARIANTS; i++) {
            texts[i] = new String(Content.ASCII.payload(i, SIZE), StandardCharsets.US_ASCII);
        }
        return texts;
    }

    /** How many echoes have arrived and are right. */
    long messages() {
        return messages.sum();
    }

    /**
     * Opens connections, sixteen at the same time.
     *
     * @throws IOException if one of them does not open, with the first reason
     */
    void open(int count) throws IOException, InterruptedException {
        Player[] opened = new Player[count];
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < Math.min(count, OPENING_AT_ONCE); i++) {
            Thread opener = new Thread(() -> openEach(opened, next, done), "opener-" + i);
            opener.setDaemon(true);
            opener.start();
        }
        await(() -> done.get() == count, () -> done.get() + " of " + count + " connections are open");
        players.addAll(List.of(opened));
    }

    private void openEach(Player[] opened, AtomicInteger next, AtomicInteger done) {
        int place;
        while ((place = next.getAndIncrement()) < opened.length && failure.get() == null) {
            try {
                Player player = new Player(place);
                player.connection = client.connect(uri, player);
                opened[place] = player;
                done.incrementAndGet();
            } catch (Throwable e) { // an error where a client can have no more threads
                e.printStackTrace();
                fail("connection " + (place + 1) + " did not open: " + rootOf(e));
            }
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Lets each connection send its first text, and answer each echo with the next one. */
    void talk() {
        talking = true;
        begin();
    }

    /** Lets each connection send one text, and waits for all echoes. */
    void talkOnce() throws IOException, InterruptedException {
        begin();
        awaitEchoes();
    }

    /** Ends {@link #talk}, and waits for the echoes that are on their way. */
    void stop() throws IOException, InterruptedException {
        talking = false;
        awaitEchoes();
    }

    private void begin() {
        waiting.addAndGet(players.size());
        for (Player player : players) {
            player.send();
        }
    }

    private void awaitEchoes() throws IOException, InterruptedException {
        await(() -> waiting.get() == 0, () -> waiting.get() + " echoes are missing");
    }

    /** Closes all connections, and waits for their ends. */
    void close() throws IOException, InterruptedException {
        closing = true;
        for (Player player : players) {
            try {
                player.connection().close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        await(() -> ended.get() >= players.size(), () -> ended.get() + " of " + players.size() + " have ended");
    }

    private void await(BooleanSupplier done, java.util.function.Supplier<String> state)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        while (!done.getAsBoolean()) {
            if (failure.get() == null && System.nanoTime() > deadline) {
                fail("after " + patienceMillis / 1000 + " s " + state.get());
            }
            checkFailure();
            Thread.sleep(POLL_MILLIS);
        }
        checkFailure();
    }

    private void checkFailure() throws IOException {
        String reason = failure.get();
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    private void fail(String reason) {
        failure.compareAndSet(null, reason);
    }

    /** One connection. Its texts begin at a place of their own, so that neighbours send different ones. */
    private final class Player implements Client.Listener {
        /** The number of the text that is on its way, or comes next. One thread at a time uses it. */
        private int number;

        private volatile Client.@Nullable Connection connection;

        private Player(int place) {
            this.number = place % VARIANTS;
        }

        private Client.Connection connection() {
            Client.Connection open = connection;
            if (open == null) {
                throw new IllegalStateException("not open");
            }
            return open;
        }

        private void send() {
            try {
                connection().send(TEXTS[number]);
            } catch (Exception e) {
                e.printStackTrace();
                fail("a text was not sent: " + rootOf(e));
            }
        }

        @Override
        public void received(String text) {
            if (!text.equals(TEXTS[number])) {
                fail("an echo differs from the text that was sent: " + text);
                return;
            }
            number = (number + 1) % VARIANTS;
            messages.increment();
            if (talking) {
                send();
            } else {
                waiting.decrementAndGet();
            }
        }

        @Override
        public void ended(String reason) {
            ended.incrementAndGet();
            if (!closing) {
                fail("a connection has ended: " + reason);
            }
        }
    }
}
