package dev.hawser.internal.topic;

import dev.hawser.Setting;
import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneCounts;
import dev.hawser.extension.Opcode;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The topics of the sessions of one {@link ContainerRuntime}. */
public final class ContainerTopics implements Topics, AutoCloseable {
    /** The seconds between two searches for messages that have become too old. */
    private static final long LOOK_EACH = 10;

    private final ContainerRuntime runtime;
    private final TopicsByName topics;
    private final TopicCounters counters;
    private final Publisher publisher;
    private final ObjectEncoding objects;
    /** Searches for topics that are over. Null in a container that has stopped. */
    private final @Nullable ScheduledFuture<?> look;

    private ContainerTopics(
            ContainerRuntime runtime, TopicsByName topics, TopicCounters counters, @Nullable ScheduledFuture<?> look) {
        this.runtime = runtime;
        this.topics = topics;
        this.counters = counters;
        this.publisher = new Publisher(topics, counters, runtime.dispatcher());
        this.objects = new ObjectEncoding(runtime.components(), runtime.classLoader());
        this.look = look;
    }

    private static ContainerTopics begin(ContainerRuntime runtime) {
        TopicCounters counters = new TopicCounters();
        TopicsByName topics = new TopicsByName(runtime, counters);
        return new ContainerTopics(
                runtime, topics, counters, looking(topics, runtime.resources().timer()));
    }

    private static @Nullable ScheduledFuture<?> looking(TopicsByName topics, ScheduledExecutorService timer) {
        try {
            return timer.scheduleWithFixedDelay(topics::retireWhatIsOver, LOOK_EACH, LOOK_EACH, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            return null;
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
        return runtime.companion(ContainerTopics.class, ContainerTopics::begin);
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
                done = topics.begun(topic).subscribe(subscriber, slow, member, attention);
            } while (!done); // the topic has retired, and a new one takes its name
        } finally {
            attention.pay();
            topics.drain();
        }
    }

    @Override
    public void connect(Backplane backplane) {
        topics.connect(backplane);
    }

    @Override
    public CompletionStage<Presence> present(String topic) {
        TopicNames.check(topic);
        Topic known = topics.known(topic);
        Presence here = known == null ? null : known.present();
        int mostNamed = topics.optionsOf(topic).presence();
        BackplaneLink to = topics.link();
        PresenceLink others = to == null ? null : to.presence();
        if (here != null || others == null || mostNamed == 0) {
            return CompletableFuture.completedStage(here == null ? new Presence(0, Set.of()) : here);
        }
        return others.readOnce(topic, mostNamed);
    }

    @Override
    public BackplaneCounts backplane() {
        BackplaneLink to = topics.link();
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
        Topic known = topics.known(topic);
        return present != null && known != null && known.unsubscribe((Subscriber) present);
    }

    @Override
    public Set<String> subscriptions(Session session) {
        AtClosing.Listener present = ours(session).atClosing().listener();
        return present == null ? Set.of() : ((Subscriber) present).topics();
    }

    @Override
    public int subscribers(String topic) {
        Topic known = topics.known(topic);
        return known == null ? 0 : known.size();
    }

    @Override
    public CompletionStage<Published> publish(String topic, String text) {
        return publish(topic, text, PublishOptions.toAll());
    }

    @Override
    public CompletionStage<Published> publish(String topic, String text, PublishOptions options) {
        TopicNames.check(topic);
        return publisher.publish(topic, new SharedMessage(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8)), options);
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
        return publisher.publish(topic, new SharedMessage(Opcode.BINARY, copy), options);
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
                    topic, message, options.encodedBy(), topics.ruleOf(topic).encoders());
        } catch (EncodeException | IOException e) {
            return CompletableFuture.failedStage(e);
        }
        return publisher.publish(topic, encoded, options);
    }

    @Override
    public void configure(String pattern, TopicOptions options) {
        objects.check(options.encoders());
        topics.configure(pattern, options);
    }

    @Override
    public TopicCounts counts() {
        return counters.counts();
    }

    @Override
    public TopicCounts counts(String topic) {
        Topic known = topics.known(topic);
        return known == null ? new TopicCounts(0, 0, 0, 0) : known.counts();
    }

    /** The number of topics. */
    int size() {
        return topics.size();
    }

    /** The container has stopped: encoders are destroyed, and the backplane is closed. */
    @Override
    public void close() {
        try {
            topics.close();
        } finally {
            if (look != null) {
                look.cancel(false);
            }
            objects.close();
        }
    }
}
