package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.Presence;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one topic, and what its subscribers have been told of that. While few enough are there, subscribers with
 * envelopes are told each name that comes or goes; otherwise only how many there are, once in a second at most. Guarded
 * by the topic's lock, except for the methods of {@link PresenceReceiver}, which take it.
 */
final class TopicPresence implements PresenceReceiver, Roll.Changes {
    /** The milliseconds between two counts, while there are too many to name. */
    private static final long CROWD_PAUSE = 1000;

    /** Subscribers wait at most so many milliseconds for the state; less if the other nodes' members are known. */
    private static final long FIRST_STATE = 3000;

    /** The topic, as its presence sees it. */
    interface Place {
        String name();

        /** Up to how many members are named. */
        int mostNamed();

        /** Runs a step with the topic's lock held, unless the topic has ended; then attends the sessions. */
        void underLock(Consumer<Attention> step);

        /** Runs a step soon, or after so many milliseconds, in a turn. The caller may hold the lock. */
        void later(Runnable step, long millis);
    }

    private final Place topic;
    private final Members members;
    private final TopicDelivery delivery;
    private final Roll roll = new Roll(this);
    /** Null without a backplane that knows of presence. */
    private @Nullable PresenceLink link;
    /** Names that subscribers do not know yet: true for those that have come. Empty while members are not named. */
    private final Map<String, Boolean> untold = new LinkedHashMap<>();
    /** Whether subscribers know the names. */
    private boolean named = true;
    /** How many members subscribers know of. */
    private int told;
    /** Whether a later step tells what has changed. */
    private boolean planned;
    /** Whether all subscribers must be told the state, since an error of the JVM kept something from them. */
    private volatile boolean stale;
    /** Whether nobody is told anything yet, because this node does not know who is on the others. */
    private boolean silent;
    /** Whether a step ends the silence in any case. */
    private boolean silenceEnds;
    /** Whether this node's members are on their way to the store. */
    private boolean putting;
    /** How many they are. */
    private int onTheirWay;
    /** Whether they have changed since. */
    private boolean again;
    /** Whether the store keeps members of this node, or may, until it says that it keeps none. Read anywhere. */
    private volatile boolean kept;

    // Written without the lock, also by a thread that has no memory: the next beat does what they say.
    /** What the store has of this node may be wrong, and no answer may come for a call that is under way. */
    private volatile boolean unsaid;
    /** What the other nodes have said must be read. */
    private volatile boolean unread;

    TopicPresence(Place topic, Members members, TopicDelivery delivery) {
        this.topic = topic;
        this.members = members;
        this.delivery = delivery;
    }

    /** Connects it with the other nodes, if there are any. */
    void connect(@Nullable TopicFeed feed) {
        PresenceLink to = feed == null ? null : feed.presence();
        if (to != null) {
            link = to;
            silent = true;
            to.read(topic.name(), this);
            if (!roll.here().isEmpty()) {
                put();
            }
            if (members.count() > 0) {
                endSilenceLater();
            }
        }
    }

    /** The topic, or its presence, has ended. */
    void end() {
        PresenceLink to = link;
        if (to != null && kept) {
            to.put(topic.name(), Set.of(), 0, this);
        }
        link = null;
    }

    /**
     * Tells the others who has come, and a new subscriber who is there.
     *
     * @param name the name under which it joins; null if it only subscribes
     */
    void begin(Member subscriber, @Nullable String name, Attention attention) {
        if (name != null && roll.join(subscriber, name)) {
            put();
        }
        if (silent) {
            endSilenceLater();
            return;
        }
        tell(subscriber, attention);
        if (subscriber.subscriber.isEnveloped()) {
            delivery.tell(subscriber, state(), "\u001e", attention);
        }
    }

    private void endSilenceLater() {
        if (!silenceEnds) {
            silenceEnds = true;
            boolean done = false;
            try {
                topic.later(() -> topic.underLock(this::endSilence), FIRST_STATE);
                done = true;
            } finally {
                silenceEnds = done;
            }
        }
    }

    /** Tells all subscribers the first state. */
    private void endSilence(Attention attention) {
        if (silent) {
            silent = false;
            tellState(attention);
        }
    }

    /** A subscriber joins, perhaps under another name. */
    void rejoin(Member subscriber, String name, Attention attention) {
        if (roll.join(subscriber, name)) {
            put();
        }
        tell(null, attention);
    }

    void leave(Member session) {
        if (roll.leave(session)) {
            put();
        }
    }

    @Override
    public void came(String name) {
        changed(name, true);
    }

    @Override
    public void went(String name) {
        changed(name, false);
    }

    private void changed(String name, boolean here) {
        if (named && !silent) {
            try {
                if (untold.remove(name) == null) { // who comes and goes before anybody was told has never been here
                    untold.put(name, here);
                }
            } catch (Throwable e) { // an error of the JVM
                stale = true;
            }
        }
        tellLater(0);
    }

    @Override
    public void counted() {
        tellLater(0);
    }

    /** If that cannot be planned, the next beat or the next change does it. */
    private void tellLater(long millis) {
        if (!planned) {
            planned = true;
            try {
                topic.later(() -> topic.underLock(this::tellPlanned), named ? millis : CROWD_PAUSE);
            } catch (Throwable e) { // an error of the JVM
                planned = false;
            }
        }
    }

    private void tellPlanned(Attention attention) {
        planned = false;
        if (named) {
            tell(null, attention);
        } else if (!silent && (stale || told != roll.count() || mayName())) {
            tellState(attention);
        }
    }

    /** Tells all subscribers but one what has changed, while members are named. Otherwise that is told later. */
    private void tell(@Nullable Member except, Attention attention) {
        if (!named || silent) {
            return;
        }
        if (stale || !mayName()) {
            tellState(attention);
            return;
        }
        stale = true; // unless all goes well
        for (Map.Entry<String, Boolean> each : untold.entrySet()) {
            told += each.getValue() ? 1 : -1;
            String kind = each.getValue() ? "joined" : "left";
            send(
                    Envelope.presence(kind, topic.name(), told, each.getKey()),
                    '\u001e' + each.getKey(), // so that LATEST keeps the last thing about each member
                    except,
                    attention);
        }
        untold.clear();
        stale = false;
    }

    private boolean mayName() {
        return roll.isNamed() && roll.count() <= topic.mostNamed();
    }

    private void tellState(Attention attention) {
        stale = true; // unless all goes well
        named = mayName();
        told = roll.count();
        untold.clear();
        send(state(), "\u001e", null, attention);
        stale = false;
    }

    /** Sends something to all subscribers with envelopes but one. */
    private void send(SharedMessage message, String key, @Nullable Member except, Attention attention) {
        for (int i = 0; i < members.count(); i++) {
            Member each = members.at(i);
            if (each != null && each != except && each.subscriber.isEnveloped()) {
                delivery.tell(each, message, key, attention);
            }
        }
    }

    /** What a new subscriber is told: all that the others have been told. Called when nothing is untold. */
    private SharedMessage state() {
        return Envelope.presence("present", topic.name(), told, Envelope.array(named ? roll.names() : Set.of()));
    }

    Presence present() {
        return new Presence(roll.count(), mayName() ? roll.names() : Set.of());
    }

    /** Passes this node's members to the other nodes; if that is under way, once more when it has ended. */
    private void put() {
        PresenceLink to = link;
        if (to == null) {
            return;
        }
        if (putting) {
            again = true;
            return;
        }
        int count = roll.here().size();
        putting = true;
        onTheirWay = count;
        if (count > 0) {
            kept = true;
        }
        try {
            to.put(topic.name(), count <= topic.mostNamed() ? Set.copyOf(roll.here()) : Set.of(), count, this);
        } catch (Throwable e) { // an error of the JVM
            unsaid = true;
        }
    }

    @Override
    public void putEnded(boolean done) {
        topic.underLock(attention -> {
            putting = false;
            if (again) {
                again = false;
                put();
            } else if (!done) {
                unsaid = true;
            } else if (onTheirWay == 0) {
                kept = false;
            }
        });
    }

    @Override
    public void putAgain() {
        unsaid = true;
    }

    @Override
    public void readAgain() {
        unread = true;
    }

    @Override
    public void notFound() {
        unread = true;
        topic.underLock(this::endSilence);
    }

    @Override
    public void renew() {
        unread = true;
        if (kept) { // without the lock: what begins to be kept now is on its way
            unsaid = true;
        }
    }

    @Override
    public int beat() {
        boolean put = unsaid;
        boolean read = unread;
        if (!put && !read && !stale) {
            return 0;
        }
        topic.underLock(attention -> {
            if (stale) {
                tellLater(0);
            }
            PresenceLink to = link;
            if (put && to != null) {
                unsaid = false;
                putting = false;
                again = false;
                put();
            }
            if (read && to != null) {
                unread = false;
                to.read(topic.name(), this);
            }
        });
        return (put ? 1 : 0) + (read ? 1 : 0);
    }

    @Override
    public void heard(String node, NodeMembers members, long at) {
        topic.underLock(attention -> roll.heard(node, members, at));
    }

    @Override
    public void found(Map<String, NodeMembers> nodes, Set<String> alive, long asked, boolean all) {
        topic.underLock(attention -> {
            nodes.forEach((node, members) -> roll.heard(node, members, asked));
            for (String node : roll.nodes()) {
                if (!nodes.containsKey(node) && alive.contains(node)) {
                    roll.forget(node, asked); // it has left, and the message about it was lost
                }
            }
            if (all) {
                endSilence(attention);
            }
        });
    }

    @Override
    public void gone(String node, long asked) {
        topic.underLock(attention -> roll.forget(node, asked));
    }
}
