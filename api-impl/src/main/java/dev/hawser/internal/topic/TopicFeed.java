package dev.hawser.internal.topic;

import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.topic.TopicOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives one topic's messages from the backplane. If the backplane has a history, that is the only one: stored
 * messages are passed on when they come back, in their order and once. Messages that may have been missed are read
 * before any later ones are passed on: at the beginning, when the subscription has taken effect (again), and when a
 * message does not follow the last one.
 */
final class TopicFeed implements BackplaneLink.Receiver {
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2000;

    private final FeedTopic topic;
    private final FeedHistory history;
    private final HistoryCopy copy;
    private final LocalEpoch local;
    private final BackplaneLink link;
    private final Steps steps;
    private volatile boolean missed;
    /** Whether the first read has failed, so that this node does not know which messages are new. */
    private volatile boolean unknown;

    // Guarded by the topic's lock.
    private boolean reading;
    /**
     * Whether the read that is under way can never end, because an error of the JVM has prevented a step. Also set
     * without the lock.
     */
    private volatile boolean stalled;
    /** Whether another read must follow the one that is under way. */
    private boolean again;

    private long reads;
    private long pause = FIRST_PAUSE;
    private final HeldMessages held;
    private final WaitingMembers waiting = new WaitingMembers();

    TopicFeed(FeedTopic topic, FeedHistory history, BackplaneLink link, DrainDispatcher dispatcher) {
        this.topic = topic;
        this.history = history;
        this.copy = new HistoryCopy(topic, history, link.node);
        this.local = new LocalEpoch(history);
        this.link = link;
        this.steps = new Steps(dispatcher);
        this.held = new HeldMessages(link.traffic);
    }

    /** Subscribes at the broker. Called once, with the topic's lock held. The caller drains the link. */
    void begin() {
        link.subscribe(topic.name());
        if (isKept()) {
            read();
        }
    }

    /** The topic is about to have a history. Called with its lock held. The caller drains the link. */
    void historyBegins(TopicOptions options) {
        if (link.stores()) {
            read(options);
        }
    }

    /** The topic has ended. Called with its lock held. */
    void end() {
        held.letGo();
        link.unsubscribe(topic.name());
        link.drainSoon();
    }

    /** The presence of the other nodes; null if the backplane does not know it. */
    @Nullable PresenceLink presence() {
        return link.presence();
    }

    /** Whether the topic's history is at the broker. */
    boolean isKept() {
        return link.stores() && history.keeps();
    }

    /**
     * Whether this node must not store messages, because its first read has failed: its subscribers could miss them, as
     * if they were older than the subscription.
     */
    boolean isUnknown() {
        return unknown;
    }

    /** Whether the first read has not ended. Called with the topic's lock held. */
    boolean isLoading() {
        return local.shared() == null;
    }

    /** Whether the topic goes on within this node, because the broker is away. Called with the topic's lock held. */
    boolean isLocal() {
        return local.isBegun();
    }

    /**
     * The topic goes on within this node until a read succeeds. Called with its lock held. The caller drains the link.
     */
    void goOnLocally(Attention attention) {
        if (local.isBegun()) {
            return;
        }
        if (!reading || stalled) {
            read();
        }
        local.begin(attention);
        waiting.meanwhile((member, wish) -> history.judge(member, wish, attention));
    }

    /** The member, which has been told where it stands here, wants to continue there when the broker is back. */
    void awaitLater(Member member, Wishes.Wish wish) {
        waiting.prune();
        waiting.add(member, wish, reads);
    }

    /**
     * Lets the member wait until a read tells its position. Called with the topic's lock held. The caller drains the
     * link.
     */
    void await(Member member, Wishes.@Nullable Wish wish) {
        member.seen = Member.WAITING;
        waiting.prune();
        boolean first = reading && !stalled && isLoading() && wish == null;
        waiting.add(member, wish, first ? reads : read());
    }

    @Override
    public void live(byte[] message) {
        step(message.length, attention -> {
            NodeMessage decoded = NodeMessage.decoded(message);
            if (decoded != null && decoded.node() != link.node) {
                topic.passToAll(new Publication(decoded.message(), decoded.key(), null), false, attention);
            }
        });
    }

    @Override
    public void stored(StoredMessage message) {
        step(message.message().length, attention -> take(message, attention));
    }

    @Override
    public void subscribed() {
        steps.add(() -> guarded(attention -> {
            if (isKept()) {
                read();
            }
        }));
    }

    @Override
    public void missed() {
        if (!missed) {
            missed = true;
            boolean planned = false;
            try {
                link.later(
                        () -> {
                            missed = false;
                            subscribed();
                        },
                        FIRST_PAUSE);
                planned = true;
            } finally {
                if (!planned) {
                    missed = false; // the next missed message schedules it
                }
            }
        }
    }

    /** After an exception the messages are read again, if the topic has a history. */
    private void guarded(Consumer<Attention> action) {
        boolean done = false;
        try {
            topic.underLock(action);
            done = true;
        } finally {
            link.drain();
            if (!done) {
                missed();
            }
        }
    }

    private void step(int bytes, Consumer<Attention> action) {
        boolean added = false;
        try {
            steps.add(() -> {
                try {
                    guarded(action);
                } finally {
                    link.traffic.passedOn(bytes);
                }
            });
            added = true;
        } finally {
            if (!added) {
                link.traffic.passedOn(bytes);
            }
        }
    }

    /** Reads the messages after the last known one. Returns the number of the read whose result has them. */
    private long read() {
        return read(topic.options());
    }

    private long read(TopicOptions options) {
        if (reading && !stalled) {
            again = true;
            return reads + 1;
        }
        stalled = false;
        reading = true;
        reads++;
        ask(options);
        return reads;
    }

    private void ask(TopicOptions options) {
        boolean asked = false;
        try {
            TopicHistory kept = local.shared();
            StoredMessage known = kept == null
                    ? StoredMessage.NONE
                    : new StoredMessage(kept.epoch(), kept.newest(), 0, kept.newestId(), 0, new byte[0]);
            link.read(
                    topic.name(),
                    known,
                    options,
                    (found, failure) -> readStep(attention -> readEnded(found, attention)));
            asked = true;
        } finally {
            if (!asked) {
                stalled = true;
            }
        }
    }

    /** A step without which the read that is under way would never end. */
    private void readStep(Consumer<Attention> action) {
        boolean added = false;
        try {
            steps.add(() -> guarded(action));
            added = true;
        } finally {
            if (!added) {
                stalled = true;
                missed();
            }
        }
    }

    private void readEnded(@Nullable StoredMessages found, Attention attention) {
        if (found == null || local.isBegun() && !link.traffic.isConnected()) {
            unknown = isLoading();
            boolean planned = false;
            try {
                link.later(() -> readStep(unused -> ask(topic.options())), pause);
                planned = true;
            } finally {
                if (!planned) {
                    stalled = true;
                }
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            return;
        }
        pause = FIRST_PAUSE;
        reading = false;
        unknown = false;
        boolean back = local.end();
        if (back) {
            waiting.waitAgain();
        }
        copy.merge(found, back, attention);
        local.told();
        waiting.end(reads, (member, wish) -> history.judge(member, wish, attention));
        for (StoredMessage each : held.letGo()) {
            take(each, attention);
        }
        if (again) {
            again = false;
            read();
        }
    }

    /** Takes a stored message that the broker has sent. */
    private void take(StoredMessage message, Attention attention) {
        if (!isKept()) { // another node has a history for this topic: the nodes are not configured alike
            copy.passUnkept(message, attention);
            return;
        }
        TopicHistory kept = history.history();
        if (reading || kept == null) {
            hold(message);
        } else if (!message.epoch().equals(kept.epoch())) {
            read();
        } else if (message.offset() <= kept.newest()) {
            Publication known = kept.at(message.offset());
            if (known != null && !known.id().equals(message.id())) {
                read(); // the broker has lost messages that are known here, and will begin a new epoch
            }
        } else if (message.previous() == kept.newest()) {
            copy.pass(kept, message, attention);
        } else {
            link.traffic.hole();
            hold(message);
        }
    }

    private void hold(StoredMessage message) {
        if (!held.hold(message)) {
            again = true;
        }
        if (!reading) {
            read();
        }
    }
}
