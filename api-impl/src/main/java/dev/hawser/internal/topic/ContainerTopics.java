package dev.hawser.internal.topic;

import dev.hawser.Setting;
import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneCounts;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.session.AtClosing;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.RuntimeOwner;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.Presence;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Published;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicCounts;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The topics of the sessions of one {@link ContainerRuntime}. */
public final class ContainerTopics implements Topics, AutoCloseable {
    /** The seconds between two searches for messages that have become too old. */
    private static final long LOOK_EACH = 10;

    private final ContainerRuntime runtime;
    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final TopicRules rules = new TopicRules();
    private final ObjectEncoding objects;
    private final TopicCounters counters = new TopicCounters();
    /** Null in a container that has stopped. */
    private final @Nullable ScheduledFuture<?> look;
    /** Written once, with this locked. */
    private volatile @Nullable BackplaneLink link;
    /** Guarded by this. */
    private boolean closed;

    private ContainerTopics(ContainerRuntime runtime) {
        this.runtime = runtime;
        this.objects = new ObjectEncoding(runtime.components(), runtime.classLoader());
        this.look = lookFrom(runtime.resources().timer());
    }

    private @Nullable ScheduledFuture<?> lookFrom(ScheduledExecutorService timer) {
        try {
            return timer.scheduleWithFixedDelay(this::giveBackWhatIsOver, LOOK_EACH, LOOK_EACH, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** Runs on the container's timer, so it must not wait. */
    private void giveBackWhatIsOver() {
        for (Topic topic : topics.values()) {
            try {
                topic.retireIfOver();
            } catch (Throwable e) {
                // The next run tries again; an exception would end all further runs.
            }
        }
    }

    /** See {@link Topics#of(Session)}. */
    public static ContainerTopics of(Session session) {
        if (session instanceof WebSocketSession ours) {
            return of(ours.runtime());
        }
        throw notOurs("session", session);
    }

    /** See {@link Topics#of(WebSocketContainer)}. */
    public static ContainerTopics of(WebSocketContainer container) {
        if (container instanceof RuntimeOwner ours) {
            return of(ours.runtime());
        }
        throw notOurs("server container", container);
    }

    private static ContainerTopics of(ContainerRuntime runtime) {
        return runtime.companion(ContainerTopics.class, ContainerTopics::new);
    }

    private static IllegalArgumentException notOurs(String what, @Nullable Object given) {
        return new IllegalArgumentException(
                (given == null ? "null" : given.getClass().getTypeName()) + " is no " + what
                        + " of Hawser: it has no topics");
    }

    @Override
    public void subscribe(Session session, String topic) {
        subscribe(subscriber(session), topic, null, null);
    }

    @Override
    public void subscribe(Session session, String topic, SlowSubscriber slow) {
        subscribe(subscriber(session), topic, Objects.requireNonNull(slow, "slow"), null);
    }

    @Override
    public void join(Session session, String topic, String member) {
        TopicNames.checkMember(member);
        subscribe(subscriber(session), topic, null, member);
    }

    private void subscribe(
            Subscriber subscriber, String topic, @Nullable SlowSubscriber slow, @Nullable String member) {
        TopicNames.check(topic);
        Attention attention = new Attention(runtime.dispatcher());
        boolean done;
        try {
            do {
                done = begun(topic).subscribe(subscriber, slow, member, attention);
            } while (!done); // the topic has retired, and a new one takes its name
        } finally {
            attention.pay();
            drain();
        }
    }

    private Topic made(String name) {
        Topic made = new Topic(name, rules.of(name), counters, runtime.dispatcher(), this::later, this::retired);
        BackplaneLink to = link;
        if (to != null) {
            made.connect(to);
        }
        return made;
    }

    /** Runs a step in a turn, soon or after so many milliseconds. Never waits; the caller may hold locks. */
    private void later(Runnable step, long millis) {
        if (millis == 0) {
            runtime.dispatcher().readySoon(new Turn.Ticket(step::run));
            return;
        }
        try {
            ScheduledFuture<?> planned =
                    runtime.resources().timer().schedule(() -> later(step, 0), millis, TimeUnit.MILLISECONDS);
            assert planned != null;
        } catch (RejectedExecutionException e) {
            // The container has stopped.
        }
    }

    private void drain() {
        BackplaneLink to = link;
        if (to != null) {
            to.drain();
        }
    }

    @Override
    public void connect(Backplane backplane) {
        BackplaneLink begun;
        synchronized (this) {
            if (link != null) {
                throw new IllegalStateException("these topics have a backplane already");
            }
            if (closed) {
                throw new IllegalStateException("the container has stopped: its topics cannot be connected");
            }
            begun = new BackplaneLink(
                    backplane,
                    this::feedOf,
                    runtime.resources().timer(),
                    new Steps(runtime.dispatcher()),
                    this::completeResult,
                    new BackplaneTraffic(runtime.settings().get(Setting.TOPIC_BACKPLANE_BYTES)),
                    runtime.settings().get(Setting.TOPIC_BACKPLANE_TIMEOUT).toMillis());
            begun.presence(store -> new PresenceLink(
                    store, begun, new Steps(runtime.dispatcher()), this::presenceOf, this::eachWithPresence));
            begun.start(); // if this throws, there is no backplane
            link = begun;
        }
        PresenceLink others = begun.presence();
        if (others != null) {
            others.begin();
        }
        topics.values().forEach(topic -> topic.connect(begun));
        begun.drain();
    }

    private void completeResult(Runnable completion) {
        runtime.dispatcher()
                .ready(new Turn.Ticket(new ResultTurn(completion, runtime.dispatcher(), runtime.classLoader())));
    }

    /** A topic, which begins if there is none. It is connected, also if it begins while the backplane does. */
    private Topic begun(String name) {
        Topic topic = topics.computeIfAbsent(name, this::made);
        BackplaneLink to = link;
        if (to != null && topic.feed() == null) {
            topic.connect(to);
        }
        return topic;
    }

    private @Nullable TopicFeed feedOf(String topic) {
        Topic known = topics.get(topic);
        return known == null ? null : known.feed();
    }

    private @Nullable TopicPresence presenceOf(String topic) {
        Topic known = topics.get(topic);
        return known == null ? null : known.presence();
    }

    private void eachWithPresence(BiConsumer<String, PresenceReceiver> action) {
        topics.forEach((name, topic) -> {
            TopicPresence present = topic.presence();
            if (present != null) {
                action.accept(name, present);
            }
        });
    }

    @Override
    public CompletionStage<Presence> present(String topic) {
        TopicNames.check(topic);
        Topic known = topics.get(topic);
        Presence here = known == null ? null : known.present();
        int mostNamed = optionsOf(topic).presence();
        BackplaneLink to = link;
        PresenceLink others = to == null ? null : to.presence();
        if (here != null || others == null || mostNamed == 0) {
            return CompletableFuture.completedStage(here == null ? new Presence(0, Set.of()) : here);
        }
        return others.readOnce(topic, mostNamed);
    }

    @Override
    public BackplaneCounts backplane() {
        BackplaneLink to = link;
        return to == null ? new BackplaneCounts(false, 0, 0, 0, 0, 0) : to.traffic.counts();
    }

    /** The subscriber of a session, which is made if there is none. */
    private Subscriber subscriber(Session session) {
        WebSocketSession ours = ours(session);
        AtClosing.Listener present = ours.atClosing().listener();
        if (present == null) {
            Subscriber made = new Subscriber(
                    ours,
                    ours.settings().get(Setting.TOPIC_BACKLOG_BYTES),
                    ours.settings().get(Setting.OUTBOUND_BYTES));
            present = ours.atClosing().add(made);
        }
        if (present == null) {
            throw new IllegalStateException(ours + " is closing: it cannot subscribe to a topic");
        }
        return (Subscriber) present;
    }

    private WebSocketSession ours(Session session) {
        if (!(session instanceof WebSocketSession ours)) {
            throw notOurs("session", session);
        }
        if (ours.runtime() != runtime) {
            throw new IllegalArgumentException(session + " belongs to another container: use Topics.of(session)");
        }
        return ours;
    }

    @Override
    public boolean unsubscribe(Session session, String topic) {
        AtClosing.Listener present = ours(session).atClosing().listener();
        Topic known = topics.get(topic);
        return present != null && known != null && known.unsubscribe((Subscriber) present);
    }

    @Override
    public Set<String> subscriptions(Session session) {
        AtClosing.Listener present = ours(session).atClosing().listener();
        return present == null ? Set.of() : ((Subscriber) present).topics();
    }

    @Override
    public int subscribers(String topic) {
        Topic known = topics.get(topic);
        return known == null ? 0 : known.size();
    }

    @Override
    public CompletionStage<Published> publish(String topic, String text) {
        return publish(topic, text, PublishOptions.toAll());
    }

    @Override
    public CompletionStage<Published> publish(String topic, String text, PublishOptions options) {
        TopicNames.check(topic);
        return publish(topic, new SharedMessage(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8)), options);
    }

    @Override
    public CompletionStage<Published> publish(String topic, ByteBuffer bytes) {
        return publish(topic, bytes, PublishOptions.toAll());
    }

    @Override
    public CompletionStage<Published> publish(String topic, ByteBuffer bytes, PublishOptions options) {
        TopicNames.check(topic);
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return publish(topic, new SharedMessage(Opcode.BINARY, copy), options);
    }

    @Override
    public CompletionStage<Published> publishObject(String topic, Object message) {
        return publishObject(topic, message, PublishOptions.toAll());
    }

    @Override
    public CompletionStage<Published> publishObject(String topic, Object message, PublishOptions options) {
        TopicNames.check(topic);
        SharedMessage encoded;
        try {
            encoded = objects.encode(
                    topic, message, options.encodedBy(), rules.of(topic).encoders());
        } catch (EncodeException | IOException e) {
            return CompletableFuture.failedStage(e);
        }
        return publish(topic, encoded, options);
    }

    private CompletionStage<Published> publish(String topic, SharedMessage message, PublishOptions options) {
        counters.published.increment();
        Session except = options.except();
        String exceptId = except == null ? null : except.getId();
        BackplaneLink to = link;
        if (to == null) {
            return CompletableFuture.completedStage(
                    publishHere(topic, new Publication(message, options.key(), exceptId), null));
        }
        byte[] encoded = new NodeMessage(to.node, options.key(), exceptId == null ? "" : exceptId, message).encoded();
        TopicOptions rules = optionsOf(topic);
        HistoryStore store = to.store();
        try {
            if (store != null && rules.historySize() > 0) {
                TopicFeed here = feedOf(topic);
                return here != null && here.isUnknown()
                        ? CompletableFuture.failedStage(BackplaneLink.away(topic))
                        : to.append(topic, encoded, rules, store).thenApply(stored -> Outcome.NOBODY);
            }
            return CompletableFuture.completedStage(publishHere(
                    topic, new Publication(message, options.key(), exceptId), () -> to.forward(topic, encoded)));
        } finally {
            to.drain();
        }
    }

    private TopicOptions optionsOf(String topic) {
        Topic known = topics.get(topic);
        return known == null ? rules.of(topic) : known.options();
    }

    private Published publishHere(
            String topic, Publication publication, @Nullable Supplier<CompletionStage<@Nullable Void>> forward) {
        Attention attention = new Attention(runtime.dispatcher());
        Outcome outcome = null;
        try {
            while (outcome == null) {
                Topic known = topics.get(topic);
                if (known == null && rules.of(topic).historySize() > 0) {
                    known = begun(topic);
                }
                if (known != null) {
                    outcome = known.publish(publication, attention, forward);
                } else {
                    outcome = forward == null ? Outcome.NOBODY : Outcome.NOBODY.and(forward.get());
                }
            }
        } finally {
            attention.pay();
        }
        return outcome;
    }

    @Override
    public void configure(String pattern, TopicOptions options) {
        objects.check(options.encoders());
        rules.add(pattern, options);
        topics.forEach((name, topic) -> topic.options(rules.of(name)));
        drain();
    }

    @Override
    public TopicCounts counts() {
        return counters.counts();
    }

    @Override
    public TopicCounts counts(String topic) {
        Topic known = topics.get(topic);
        return known == null ? new TopicCounts(0, 0, 0, 0) : known.counts();
    }

    /** The number of topics. */
    int size() {
        return topics.size();
    }

    /** Removes a topic without subscribers. Called with the topic's lock held. */
    private void retired(Topic topic) {
        topics.remove(topic.name(), topic);
    }

    /** The container has stopped: encoders are destroyed, and the backplane is closed. */
    @Override
    public void close() {
        BackplaneLink to;
        synchronized (this) {
            closed = true;
            to = link;
        }
        try {
            if (to != null) {
                to.close();
            }
        } finally {
            end();
        }
    }

    private void end() {
        if (look != null) {
            look.cancel(false);
        }
        objects.close();
    }
}
