package dev.hawser.internal.topic;

import dev.hawser.Setting;
import dev.hawser.backplane.Backplane;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.transport.Clock;
import dev.hawser.topic.TopicOptions;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one container by their names. A topic begins when somebody needs it, and when it has retired, its name
 * is free for another one. All of them are on the container's backplane, if it has one. Thread-safe.
 */
final class TopicsByName {
    private final ContainerRuntime runtime;
    private final TopicCounters counters;
    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final TopicRules rules = new TopicRules();
    /** Written once, with this locked. */
    private volatile @Nullable BackplaneLink link;
    /** Guarded by this. */
    private boolean closed;

    TopicsByName(ContainerRuntime runtime, TopicCounters counters) {
        this.runtime = runtime;
        this.counters = counters;
    }

    /** The topic of that name; null if there is none. */
    @Nullable Topic known(String name) {
        return topics.get(name);
    }

    /** A topic, which begins if there is none. It is connected, also if it begins while the backplane does. */
    Topic begun(String name) {
        Topic topic = topics.computeIfAbsent(name, this::made);
        BackplaneLink to = link;
        if (to != null && topic.feed() == null) {
            topic.connect(to);
        }
        return topic;
    }

    private Topic made(String name) {
        Clock clock = runtime.resources().clock();
        Topic made = new Topic(name, rules.of(name), counters, runtime.dispatcher(), clock, this::later, this::retired);
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

    /** Removes a topic without subscribers. Called with the topic's lock held. */
    private void retired(Topic topic) {
        topics.remove(topic.name(), topic);
    }

    /** Ends the topics that kept messages which have become too old. Never waits. */
    void retireWhatIsOver() {
        for (Topic topic : topics.values()) {
            try {
                topic.retireIfOver();
            } catch (Throwable e) {
                // The next run tries again; an exception would end all further runs.
            }
        }
    }

    /** The number of topics. */
    int size() {
        return topics.size();
    }

    /** Changes the options of topics by a pattern of their names. */
    void configure(String pattern, TopicOptions options) {
        rules.add(pattern, options);
        topics.forEach((name, topic) -> topic.options(rules.of(name)));
        drain();
    }

    /** The options that a topic has, or would have. */
    TopicOptions optionsOf(String name) {
        Topic known = topics.get(name);
        return known == null ? rules.of(name) : known.options();
    }

    /** The options that a topic of that name begins with. */
    TopicOptions ruleOf(String name) {
        return rules.of(name);
    }

    /** The connection to the other nodes; null without a backplane. */
    @Nullable BackplaneLink link() {
        return link;
    }

    /** Makes the calls of the backplane that are queued. Called without locks. */
    void drain() {
        BackplaneLink to = link;
        if (to != null) {
            to.drain();
        }
    }

    /** @throws IllegalStateException if there is a backplane already, or the container has stopped */
    void connect(Backplane backplane) {
        BackplaneLink begun;
        synchronized (this) {
            if (link != null) {
                throw new IllegalStateException("these topics have a backplane already");
            }
            if (closed) {
                throw new IllegalStateException("the container has stopped: its topics cannot be connected");
            }
            begun = linkTo(backplane);
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

    private BackplaneLink linkTo(Backplane backplane) {
        BackplaneLink made = new BackplaneLink(
                backplane,
                this::feedOf,
                runtime.resources().timer(),
                new Steps(runtime.dispatcher()),
                this::completeResult,
                new BackplaneTraffic(runtime.settings().get(Setting.TOPIC_BACKPLANE_BYTES)),
                runtime.settings().get(Setting.TOPIC_BACKPLANE_TIMEOUT).toMillis());
        made.presence(store -> new PresenceLink(
                store, made, new Steps(runtime.dispatcher()), this::presenceOf, this::eachWithPresence));
        return made;
    }

    private void completeResult(Runnable completion) {
        runtime.dispatcher()
                .ready(new Turn.Ticket(new ResultTurn(completion, runtime.dispatcher(), runtime.classLoader())));
    }

    /** Receives a topic's messages from the backplane; null if there is no such topic here, or no backplane. */
    @Nullable TopicFeed feedOf(String name) {
        Topic known = topics.get(name);
        return known == null ? null : known.feed();
    }

    private @Nullable TopicPresence presenceOf(String name) {
        Topic known = topics.get(name);
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

    /** The container has stopped: the backplane is closed, and no other one can follow. */
    void close() {
        BackplaneLink to;
        synchronized (this) {
            closed = true;
            to = link;
        }
        if (to != null) {
            to.close();
        }
    }
}
