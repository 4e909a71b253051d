package dev.hawser.internal.topic;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.PresenceStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.topic.TopicOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one node to its backplane. Calls of the backplane are queued, under the lock of a topic if their
 * order matters; {@link #drain} makes them, without locks and in one thread at a time. Thread-safe.
 */
final class BackplaneLink implements BackplaneListener {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.topic");

    /** Takes the messages of one topic. No method waits. */
    interface Receiver {
        void live(byte[] message);

        void stored(StoredMessage message);

        void subscribed();

        /** A message of the history was dropped, because there was no room. */
        void missed();
    }

    private final Backplane backplane;
    private final @Nullable HistoryStore store;
    /** Null if the backplane does not know presence; written once, before {@link #start}. */
    private @Nullable PresenceLink presence;

    private final Function<String, @Nullable Receiver> receivers;
    private final ScheduledExecutorService timer;
    private final Steps steps;
    private final Executor results;
    private final long patience;
    final BackplaneTraffic traffic;
    /** The random number of this node, by which it recognizes its own messages. */
    final long node = BackplaneTraffic.newNode();

    private final String sender = Long.toString(node >>> 1, 36);
    private final OrderedCalls calls = new OrderedCalls();
    /**
     * The number of the last message that was sent to the store. Used only in the calls, and one call runs at a time.
     */
    private long number;

    /**
     * @param receivers the receiver of a topic's messages, or null
     * @param steps makes the calls of {@link #drainSoon}
     * @param results completes the results of publishing, each independently of the others, since it may call the
     *     application
     * @param patience how long it may take to store a message, in milliseconds
     */
    BackplaneLink(
            Backplane backplane,
            Function<String, @Nullable Receiver> receivers,
            ScheduledExecutorService timer,
            Steps steps,
            Executor results,
            BackplaneTraffic traffic,
            long patience) {
        this.backplane = backplane;
        this.store = backplane.history();
        this.receivers = receivers;
        this.timer = timer;
        this.steps = steps;
        this.results = results;
        this.traffic = traffic;
        this.patience = patience;
    }

    /** @param made takes the store of a backplane that knows presence. The caller begins it after {@link #start} */
    void presence(Function<PresenceStore, PresenceLink> made) {
        PresenceStore known = backplane.presence();
        presence = known == null ? null : made.apply(known);
    }

    @Nullable PresenceLink presence() {
        return presence;
    }

    void start() {
        backplane.start(this);
    }

    /** Queues a call of the backplane. The caller may hold locks. */
    void ask(Runnable call) {
        calls.add(call);
    }

    /** Completes a result, which calls the application. */
    void complete(Runnable result) {
        results.execute(result);
    }

    /** Fails a result that the broker has not given in time. */
    void failLater(String topic, CompletableFuture<?> told) {
        later(
                () -> {
                    if (!told.isDone()) {
                        complete(() -> told.completeExceptionally(new BackplaneException(
                                "topic " + topic + ": the broker has not answered within topicBackplaneTimeout",
                                null,
                                false)));
                    }
                },
                patience);
    }

    /** Whether histories are kept at the broker. */
    boolean stores() {
        return store != null;
    }

    /** Makes the queued calls. Called without locks. */
    void drain() {
        calls.drain();
    }

    /** Makes them on another thread. The caller may hold locks. */
    void drainSoon() {
        steps.add(this::drain);
    }

    /** Queues a call of the backplane, which another thread makes. The caller may hold locks. */
    void askSoon(Runnable call) {
        ask(call);
        drainSoon();
    }

    void subscribe(String topic) {
        calls.add(() -> backplane.subscribe(topic));
    }

    void unsubscribe(String topic) {
        calls.add(() -> backplane.unsubscribe(topic));
    }

    /** Passes a live message to the other nodes. The result is complete when the broker has accepted it. */
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

    /** Stores a message in the history of a topic; the broker sends it back to all nodes, including this one. */
    CompletionStage<@Nullable Void> append(String topic, byte[] message, TopicOptions options, HistoryStore at) {
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        if (!admits(topic, message, stored)) {
            return stored;
        }
        ScheduledFuture<?> deadline;
        try {
            deadline =
                    timer.schedule(() -> results.execute(() -> late(topic, stored)), patience, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            traffic.left(message.length, false);
            return CompletableFuture.failedStage(
                    new BackplaneException("topic " + topic + ": the container has stopped", e, false));
        }
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
                "topic " + topic + ": no room, since topicBackplaneBytes already wait for the broker", null, false));
        return false;
    }

    static BackplaneException away(String topic) {
        return new BackplaneException(
                "topic " + topic + ": the broker is away, or its history has not been read yet", null, false);
    }

    static BackplaneException local(String topic) {
        return new BackplaneException(
                "topic " + topic + ": the broker is away, so the message went to this node's sessions only",
                null,
                false);
    }

    private static void late(String topic, CompletableFuture<@Nullable Void> stored) {
        if (!stored.isDone()) {
            stored.completeExceptionally(new BackplaneException(
                    "topic " + topic + ": the broker has not confirmed the message within topicBackplaneTimeout",
                    null,
                    true));
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
        results.execute(() -> {
            if (failure == null) {
                told.complete(null);
            } else {
                told.completeExceptionally(told(topic, failure));
            }
        });
    }

    private static BackplaneException told(String topic, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof BackplaneException known
                ? known
                : new BackplaneException("topic " + topic + ": the broker did not take the message", cause, true);
    }

    /** Reads the stored messages after a known one; {@code told} is called once, on any thread. */
    void read(
            String topic,
            StoredMessage known,
            TopicOptions options,
            BiConsumer<@Nullable StoredMessages, @Nullable Throwable> told) {
        HistoryStore from = store;
        calls.add(() -> {
            try {
                if (from == null) {
                    throw new IllegalStateException("no history");
                }
                from.read(topic, known, options.historySize(), options.historyAge())
                        .whenComplete(told);
            } catch (Throwable e) {
                told.accept(null, e);
            }
        });
    }

    /** Runs an action now and then each so many milliseconds, on the timer. Null if the container has stopped. */
    @Nullable ScheduledFuture<?> each(long millis, Runnable action) {
        Runnable step = () -> {
            try {
                action.run();
            } catch (Throwable e) {
                // The next run tries again; an exception would end all further runs.
            }
        };
        try {
            return timer.scheduleWithFixedDelay(step, 0, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** Runs an action later, on the timer. */
    void later(Runnable action, long millis) {
        try {
            ScheduledFuture<?> planned = timer.schedule(action, millis, TimeUnit.MILLISECONDS);
            assert planned != null;
        } catch (RejectedExecutionException e) {
            // The container has stopped. The caller may be a thread of the broker's client.
        }
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
        if (presence != null) {
            presence.subscribed(topic);
        }
    }

    @Override
    public void present(String topic, String from, byte[] members) {
        if (presence != null) {
            presence.present(topic, from, members);
        }
    }

    @Override
    public void connected(boolean there) {
        if (!there && presence != null) {
            presence.lost();
        }
        if (traffic.connected(there)) {
            LOGGER.log(
                    there ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    there
                            ? "topics are connected to their broker"
                            : "topics have lost the connection to their broker, and try to connect again");
        }
    }

    void close() {
        if (presence != null) {
            presence.close();
        }
        backplane.close();
    }
}
