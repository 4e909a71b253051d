package dev.hawser.nats;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import io.nats.client.Message;
import io.nats.client.Options;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries topics over NATS, 2.9 or newer: live messages as its own, histories in JetStream.
 *
 * <pre>{@code
 * topics.connect(new NatsBackplane("nats://nats.internal:4222"));
 * }</pre>
 *
 * <p>It has one connection, and reopens it when it breaks. Calls that were under way then fail, and are not sent again.
 * Subjects and streams begin with {@code hawser}, or another prefix, so that applications can share a server. Topics
 * whose histories have the same limits share a stream, which is created when it is needed first.
 *
 * <p>Thread-safe. No method waits for NATS.
 *
 * @since 0.1.0
 */
public final class NatsBackplane implements Backplane {
    private final Options.Builder options;
    private final Subjects subjects;
    private @Nullable NatsLink link;
    private @Nullable Receipts receipts;
    private @Nullable NatsSubscriptions subscriptions;
    private @Nullable NatsHistory history;

    /** @param servers such as {@code nats://user:password@host:4222} or {@code tls://host:4222}; several with commas */
    public NatsBackplane(String servers) {
        this(new Options.Builder().servers(servers.split(",")), "hawser");
    }

    /**
     * @param options servers, credentials, TLS and so on. Listeners, reconnecting and pings are set by this class
     * @param prefix begins all subjects and streams: letters, digits and underscores
     * @throws IllegalArgumentException if the options have one with which this cannot work, or the prefix is another
     */
    public NatsBackplane(Options.Builder options, String prefix) {
        Options wanted = options.build();
        refuse(wanted.isNoEcho(), "noEcho");
        refuse(wanted.isNoHeaders(), "noHeaders");
        refuse(wanted.isNoNoResponders(), "noNoResponders");
        refuse(wanted.useDispatcherWithExecutor(), "useDispatcherWithExecutor");
        this.options = options;
        this.subjects = new Subjects(prefix);
    }

    private static void refuse(boolean is, String option) {
        if (is) {
            throw new IllegalArgumentException("topics over NATS do not work with the option " + option);
        }
    }

    /** What the connection serves. */
    private static final class Owner implements NatsLink.Owner {
        private final BackplaneListener listener;
        private @Nullable NatsSubscriptions subscriptions;

        Owner(BackplaneListener listener) {
            this.listener = listener;
        }

        @Override
        public void connected() {
            if (subscriptions != null) {
                subscriptions.connected();
            }
            listener.connected(true);
        }

        @Override
        public void lost() {
            if (subscriptions != null) {
                subscriptions.lost();
            }
            listener.connected(false);
        }

        @Override
        public void received(Message message) {
            if (subscriptions != null) {
                subscriptions.received(message);
            }
        }
    }

    @Override
    public void start(BackplaneListener listener) {
        Owner owner = new Owner(listener);
        NatsLink begun = new NatsLink(options, owner);
        Receipts receiving = new Receipts(begun);
        NatsSubscriptions subscribed = new NatsSubscriptions(begun, receiving, subjects, listener);
        owner.subscriptions = subscribed;
        history = new NatsHistory(begun, new NatsStreams(begun, subjects), subjects, subscribed);
        subscriptions = subscribed;
        receipts = receiving;
        link = begun;
        begun.connect();
    }

    @Override
    public void subscribe(String topic) {
        started(subscriptions).subscribe(topic);
    }

    @Override
    public void unsubscribe(String topic) {
        started(subscriptions).unsubscribe(topic);
    }

    @Override
    public CompletionStage<@Nullable Void> publish(String topic, byte[] message) {
        try {
            started(link).publish(subjects.delivered(topic), null, message);
            return started(receipts).next();
        } catch (BackplaneException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public HistoryStore history() {
        return new HistoryStore() {
            @Override
            public CompletionStage<?> append(
                    String topic, String sender, long number, byte[] message, int most, Duration age) {
                return started(history).append(topic, sender, number, message, most, age);
            }

            @Override
            public CompletionStage<StoredMessages> read(String topic, StoredMessage known, int most, Duration age) {
                return started(history).read(topic, known, most, age);
            }
        };
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the backplane has not been started");
        }
        return part;
    }

    @Override
    public void close() {
        NatsLink last = link;
        if (last != null) {
            last.close();
        }
    }
}
