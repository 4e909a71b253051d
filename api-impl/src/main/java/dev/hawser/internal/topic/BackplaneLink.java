package dev.hawser.internal.topic;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.topic.TopicOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One node at its backplane. What is asked of that is put into a queue, under the lock of a topic where the order
 * matters, and asked by {@link #drain}, without locks and by one thread at a time. Thread-safe.
 */
final class BackplaneLink implements BackplaneListener {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.topic");

    /** What one topic gets. None of the methods waits. */
    interface Receiver {
        void live(byte[] message);

        void stored(StoredMessage message);

        void subscribed();

        /** A message of the history has not been taken in, for want of room. */
        void missed();
    }

    private final Backplane backplane;
    private final @Nullable HistoryStore store;
    private final Function<String, @Nullable Receiver> receivers;
    private final ScheduledExecutorService timer;
    private final Steps steps;
    private final long patience;
    final BackplaneTraffic traffic;
    /** Which node this is, so that it knows its own messages. */
    final long node = BackplaneTraffic.newNode();

    private final String sender = Long.toString(node >>> 1, 36);
    private final OrderedCalls calls = new OrderedCalls();
    /** Of the last message that was stored. Only one call runs at a time. */
    private long number;

    /**
     * @param receivers what takes a topic's messages, or null
     * @param steps runs what hears of a message's fate: the application, perhaps
     * @param patience how long a message may take to be stored, in milliseconds
     */
    BackplaneLink(
            Backplane backplane,
            Function<String, @Nullable Receiver> receivers,
            ScheduledExecutorService timer,
            Steps steps,
            BackplaneTraffic traffic,
            long patience) {
        this.backplane = backplane;
        this.store = backplane.history();
        this.receivers = receivers;
        this.timer = timer;
        this.steps = steps;
        this.traffic = traffic;
        this.patience = patience;
    }

    void start() {
        backplane.start(this);
    }

    /** Whether histories are kept at the broker. */
    boolean stores() {
        return store != null;
    }

    /** Does what has been asked for. Called without locks. */
    void drain() {
        calls.drain();
    }

    /** The same, on another thread. Any locks may be held. */
    void drainSoon() {
        steps.add(this::drain);
    }

    void subscribe(String topic) {
        calls.add(() -> backplane.subscribe(topic));
    }

    void unsubscribe(String topic) {
        calls.add(() -> backplane.unsubscribe(topic));
    }

    /** Passes a live message on to the other nodes. The answer says whether the broker took it. */
    CompletionStage<@Nullable Void> forward(String topic, byte[] message) {
        CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
        if (!admits(topic, message, taken)) {
            return taken;
        }
        Runnable ask = () -> backplane
                .publish(topic, message)
                .whenComplete((done, failure) -> ended(topic, message, failure, taken, null));
        calls.add(asked(topic, message, taken, null, ask));
        return taken;
    }

    /** Stores a message in the history of a topic, from where it comes back. */
    CompletionStage<@Nullable Void> append(String topic, byte[] message, TopicOptions options, HistoryStore at) {
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        if (!admits(topic, message, stored)) {
            return stored;
        }
        ScheduledFuture<?> deadline =
                timer.schedule(() -> steps.add(() -> late(topic, stored)), patience, TimeUnit.MILLISECONDS);
        Runnable ask = () -> at.append(topic, sender, ++number, message, options.historySize(), options.historyAge())
                .whenComplete((done, failure) -> ended(topic, message, failure, stored, deadline));
        calls.add(asked(topic, message, stored, deadline, ask));
        return stored;
    }

    @Nullable HistoryStore store() {
        return store;
    }

    private Runnable asked(
            String topic,
            byte[] message,
            CompletableFuture<@Nullable Void> told,
            @Nullable ScheduledFuture<?> deadline,
            Runnable ask) {
        return () -> {
            try {
                ask.run();
            } catch (Throwable e) {
                ended(topic, message, e, told, deadline);
            }
        };
    }

    private boolean admits(String topic, byte[] message, CompletableFuture<@Nullable Void> told) {
        if (traffic.admitsOut(message.length)) {
            return true;
        }
        told.completeExceptionally(new BackplaneException(
                "topic " + topic + ": as much waits for the broker as may (topicBackplaneBytes)", null, false));
        return false;
    }

    static BackplaneException away(String topic) {
        return new BackplaneException(
                "topic " + topic + ": the broker has not yet said where its history stands", null, false);
    }

    private static void late(String topic, CompletableFuture<@Nullable Void> stored) {
        if (!stored.isDone()) {
            stored.completeExceptionally(new BackplaneException(
                    "topic " + topic + ": the broker has not said in time whether the message is stored", null, true));
        }
    }

    private void ended(
            String topic,
            byte[] message,
            @Nullable Throwable failure,
            CompletableFuture<@Nullable Void> told,
            @Nullable ScheduledFuture<?> deadline) {
        traffic.left(message.length, failure == null);
        if (deadline != null) {
            deadline.cancel(false);
        }
        steps.add(() -> {
            if (failure == null) {
                told.complete(null);
            } else if (failure instanceof BackplaneException known) {
                told.completeExceptionally(known);
            } else {
                told.completeExceptionally(new BackplaneException(
                        "topic " + topic + ": the broker did not take the message", failure, true));
            }
        });
    }

    /** Asks for what is stored behind a message; {@code told} is called once, on any thread. */
    void read(String topic, StoredMessage known, BiConsumer<@Nullable StoredMessages, @Nullable Throwable> told) {
        HistoryStore from = store;
        calls.add(() -> {
            try {
                if (from == null) {
                    throw new IllegalStateException("no history");
                }
                from.read(topic, known).whenComplete(told);
            } catch (Throwable e) {
                told.accept(null, e);
            }
        });
    }

    /** Runs something later, for who tries again. */
    void later(Runnable action, long millis) {
        ScheduledFuture<?> planned = timer.schedule(action, millis, TimeUnit.MILLISECONDS);
        assert planned != null;
    }

    @Override
    public void live(String topic, byte[] message) {
        Receiver receiver = receivers.apply(topic);
        if (receiver == null) {
            return;
        }
        if (traffic.admitsIn(message.length)) {
            receiver.live(message);
        }
    }

    @Override
    public void stored(String topic, StoredMessage message) {
        Receiver receiver = receivers.apply(topic);
        if (receiver == null) {
            return;
        }
        if (traffic.admitsIn(message.message().length)) {
            receiver.stored(message);
        } else {
            receiver.missed();
        }
    }

    @Override
    public void subscribed(String topic) {
        Receiver receiver = receivers.apply(topic);
        if (receiver != null) {
            receiver.subscribed();
        }
    }

    @Override
    public void connected(boolean there) {
        if (traffic.connected(there)) {
            LOGGER.log(
                    there ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    there ? "topics are connected to their broker" : "topics have lost their broker");
        }
    }

    void close() {
        backplane.close();
    }
}
