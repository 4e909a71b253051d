package dev.hawser.internal.topic;

import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.internal.dispatch.DrainDispatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one topic gets from the backplane. A history there is the only one: what is stored is passed on when it comes
 * back, in its order and once. Whatever may have been missed is asked for before anything goes on: at the beginning,
 * when the subscription has taken effect (again), and when the next message is not the one behind the last.
 */
final class TopicFeed implements BackplaneLink.Receiver {
    /** So many messages are held while what comes before them is asked for; what comes then is asked for, too. */
    private static final int MOST_HELD = 1000;

    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2000;

    /** What the topic does for its feed. */
    interface Sink {
        String name();

        /** Whether the topic has a history, as the options have it now. */
        boolean keeps();

        /** Runs a step under the topic's lock, and then what it has left to do. */
        void underLock(Consumer<Attention> step);

        /** Passes a message to all members that are not waiting. Under the lock. */
        void passToAll(Publication message, boolean stored, Attention attention);

        /** All sessions that agreed to envelopes are told that something is missing, and go on at the newest offset. */
        void tellGap(TopicHistory where, Attention attention);

        /** Tells a member where it stands, if it still waits. Under the lock. */
        void judge(Member member, Wishes.@Nullable Wish wish, Attention attention);

        void trim(TopicHistory history);

        @Nullable TopicHistory history();

        void history(TopicHistory begun);
    }

    private record Waiting(Member member, Wishes.@Nullable Wish wish, long read) {}

    private final Sink topic;
    private final BackplaneLink link;
    private final Steps steps;
    private volatile boolean missed;
    /** Whether the broker could not say where the history stands, so that nobody here knows what is new. */
    private volatile boolean unknown;

    // Guarded by the topic's lock.
    private boolean reading;
    /** Whether another read must follow the one that is under way. */
    private boolean again;

    private long reads;
    private long pause = FIRST_PAUSE;
    private List<StoredMessage> held = new ArrayList<>(0);
    private List<Waiting> waiting = new ArrayList<>(0);

    TopicFeed(Sink topic, BackplaneLink link, DrainDispatcher dispatcher) {
        this.topic = topic;
        this.link = link;
        this.steps = new Steps(dispatcher);
    }

    /** Under the topic's lock, which is new. The caller drains the link. */
    void begin() {
        link.subscribe(topic.name());
        if (isKept()) {
            read();
        }
    }

    /** The topic has ended. Under its lock. */
    void end() {
        link.unsubscribe(topic.name());
        link.drainSoon();
    }

    /** Whether the topic's history is at the broker. */
    boolean isKept() {
        return link.stores() && topic.keeps();
    }

    /**
     * Whether nothing may be stored from here, for want of the broker: a subscriber here could take it for something
     * that was published before it came.
     */
    boolean isUnknown() {
        return unknown;
    }

    /** Under the topic's lock: what the first read has brought is not here yet. */
    boolean isLoading() {
        return topic.history() == null;
    }

    /** Has the member judged when that can be known. Under the topic's lock; the caller drains the link. */
    void await(Member member, Wishes.@Nullable Wish wish) {
        member.seen = Member.WAITING;
        boolean first = reading && isLoading() && wish == null;
        waiting.add(new Waiting(member, wish, first ? reads : read()));
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
            link.later(
                    () -> {
                        missed = false;
                        subscribed();
                    },
                    FIRST_PAUSE);
        }
    }

    /** After an error what was to be done is asked for again, if the topic has a history. */
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

    /** Asks for what is behind the last message that is known. Returns the number of the read that will tell. */
    private long read() {
        if (reading) {
            again = true;
            return reads + 1;
        }
        reading = true;
        reads++;
        ask();
        return reads;
    }

    private void ask() {
        TopicHistory kept = topic.history();
        StoredMessage known = kept == null
                ? StoredMessage.NONE
                : new StoredMessage(kept.epoch(), kept.newest(), 0, kept.newestId(), 0, new byte[0]);
        link.read(
                topic.name(),
                known,
                (found, failure) -> steps.add(() -> guarded(attention -> readEnded(found, attention))));
    }

    private void readEnded(@Nullable StoredMessages found, Attention attention) {
        if (found == null) {
            unknown = isLoading();
            link.later(() -> steps.add(() -> guarded(unused -> ask())), pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            return;
        }
        pause = FIRST_PAUSE;
        reading = false;
        unknown = false;
        merge(found, attention);
        List<Waiting> all = waiting;
        waiting = new ArrayList<>(0);
        for (Waiting each : all) {
            if (each.read <= reads) {
                topic.judge(each.member, each.wish, attention);
            } else {
                waiting.add(each);
            }
        }
        List<StoredMessage> later = held;
        held = new ArrayList<>(0);
        for (StoredMessage each : later) {
            take(each, attention);
        }
        if (again) {
            again = false;
            read();
        }
    }

    /** A message came back from the broker. */
    private void take(StoredMessage message, Attention attention) {
        if (!isKept()) { // elsewhere the topic has a history: the nodes are not configured alike
            Publication live = placed(message);
            if (live != null) {
                topic.passToAll(live, false, attention);
            }
            return;
        }
        TopicHistory kept = topic.history();
        if (reading || kept == null) {
            hold(message);
        } else if (!message.epoch().equals(kept.epoch())) {
            read();
        } else if (message.offset() <= kept.newest()) {
            Publication known = kept.at(message.offset());
            if (known != null && !known.id().equals(message.id())) {
                read(); // the broker has lost what is known here, and begins a new epoch
            }
        } else if (message.previous() == kept.newest()) {
            pass(kept, message, attention);
        } else {
            link.traffic.hole();
            hold(message);
        }
    }

    private void hold(StoredMessage message) {
        if (held.size() < MOST_HELD) {
            held.add(message);
        } else {
            again = true;
        }
        if (!reading) {
            read();
        }
    }

    /** Adds what a read has found. What nobody here has got is passed on, but for what was there at the beginning. */
    private void merge(StoredMessages found, Attention attention) {
        TopicHistory kept = topic.history();
        List<StoredMessage> messages = found.messages();
        long base = messages.isEmpty() ? found.newest() : messages.get(0).previous();
        if (kept == null) {
            kept = new TopicHistory(found.epoch(), base);
            topic.history(kept);
            for (StoredMessage each : messages) {
                add(kept, each);
            }
            topic.trim(kept);
            return;
        }
        if (!found.epoch().equals(kept.epoch())) {
            Set<String> known = new HashSet<>(kept.ids());
            kept = new TopicHistory(found.epoch(), base);
            topic.history(kept);
            for (StoredMessage each : messages) {
                if (!known.contains(each.id())) {
                    break;
                }
                add(kept, each);
            }
            topic.tellGap(kept, attention);
        } else if (base > kept.newest()) {
            kept.skipTo(base);
            topic.tellGap(kept, attention);
        }
        for (StoredMessage each : messages) {
            if (each.offset() > kept.newest()) {
                pass(kept, each, attention);
            }
        }
    }

    private void pass(TopicHistory kept, StoredMessage message, Attention attention) {
        Publication added = add(kept, message);
        if (added == null) {
            topic.tellGap(kept, attention);
            return;
        }
        topic.trim(kept);
        topic.passToAll(added, true, attention);
    }

    /** Null if it cannot be read: then it is skipped. */
    private @Nullable Publication add(TopicHistory kept, StoredMessage message) {
        Publication made = placed(message);
        if (made == null) {
            kept.skipTo(message.offset());
        } else {
            kept.add(made, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(message.ageMillis()));
        }
        return made;
    }

    private @Nullable Publication placed(StoredMessage message) {
        NodeMessage decoded = NodeMessage.decoded(message.message());
        if (decoded == null) {
            return null;
        }
        boolean own = decoded.node() == link.node;
        Publication made = new Publication(
                decoded.message(), decoded.key(), own && !decoded.except().isEmpty() ? decoded.except() : null);
        made.place(message.epoch(), message.offset(), message.previous(), message.id());
        return made;
    }
}
