package dev.hawser.internal.topic;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.LiveNodes;
import dev.hawser.backplane.PresenceStore;
import dev.hawser.topic.Presence;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The presence of all topics between this node and the others. Each node says who is in a topic on it, and renews its
 * lease each second; when the lease has ended, the others forget what it has said. No clock of a node decides that: the
 * store says which nodes are alive, so a node that has stood still asks before it believes anything. Thread-safe.
 */
final class PresenceLink {
    /** The milliseconds between two renewals of the lease. */
    private static final long BEAT = 1000;

    private static final int MOST_UNANSWERED = 4;
    private static final Duration LEASE = Duration.ofSeconds(4);
    /** How long the store keeps the members of a topic unless they are repeated. */
    private static final Duration KEPT = Duration.ofMinutes(5);
    /** Each topic is put and read again once in so many beats, for the case that something was lost. */
    private static final int ROUND = 60;
    /**
     * For so many beats after this node's own lease had ended no other node is forgotten: perhaps the store has lost
     * all leases, and the others have yet to renew theirs: after 5 s for a connection that is not answered, and 2 s
     * until the next one, as with Redis.
     */
    private static final int CAREFUL = 15;
    /** A beat asks the store about so many topics; the others wait for the next beat. */
    private static final int MOST_ASKED = 2000;
    /** The topics that ended while the store could not be told. If there are more, their members may be kept there. */
    private static final int MOST_FAILED = 10_000;

    private final PresenceStore store;
    private final BackplaneLink link;
    private final Steps steps;
    private final StoreQuestions questions;
    private final Function<String, @Nullable PresenceReceiver> receivers;
    private final Consumer<BiConsumer<String, PresenceReceiver>> all;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();
    /** Counts the questions, so that what was heard after one was asked is not taken for older than its answer. */
    private final AtomicLong asked = new AtomicLong();
    /** How many renewals the store has not answered. */
    private final AtomicInteger unanswered = new AtomicInteger();
    /** Null until it has begun, and in a container that has stopped. */
    private volatile @Nullable ScheduledFuture<?> timer;

    private final HeardNodes heard = new HeardNodes();
    /** The topics that have ended and may still have members in the store; the next beat tries again to remove them. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    // Used only in the steps, and one step runs at a time.
    private Set<String> alive = Set.of();
    /** The topics for which a read has found a node that was not alive at the last beat: perhaps it has just begun. */
    private final Map<String, Set<String>> unsure = new HashMap<>();

    /** Whether all topics must be put and read again. */
    private boolean renewAll;

    private long beats;
    /** How many topics this beat has asked about. */
    private int askedNow;
    /** Until this beat no node is forgotten. */
    private long careful;
    /** The question whose answer {@link #alive} can be believed for, or 0. */
    private long trusted;
    /** The last question before the connection was lost: the store may have forgotten since what it answered. */
    private volatile long lost;

    /**
     * @param steps runs what is heard, one thing after the other
     * @param receivers the presence of a topic, or null
     * @param all calls its argument with each topic that has presence
     */
    PresenceLink(
            PresenceStore store,
            BackplaneLink link,
            Steps steps,
            Function<String, @Nullable PresenceReceiver> receivers,
            Consumer<BiConsumer<String, PresenceReceiver>> all) {
        this.store = store;
        this.link = link;
        this.steps = steps;
        this.questions = new StoreQuestions(link::askSoon, steps);
        this.receivers = receivers;
        this.all = all;
        this.node = Long.toString(link.node >>> 1, 36);
    }

    /** Called once. */
    void begin() {
        timer = link.each(BEAT, this::beat);
    }

    /** The container has stopped. */
    void close() {
        ScheduledFuture<?> beating = timer;
        if (beating != null) {
            beating.cancel(false);
        }
    }

    private void beat() {
        if (unanswered.get() >= MOST_UNANSWERED) {
            return; // the store stands still
        }
        long number = asked.incrementAndGet();
        AtomicBoolean waits = new AtomicBoolean(true);
        unanswered.incrementAndGet();
        questions.ask(
                () -> renewed(waits),
                (nodes, failure) -> {
                    if (nodes != null) {
                        beaten(nodes, number);
                    }
                },
                () -> answered(waits));
    }

    /** Called at least once for each beat. */
    private void answered(AtomicBoolean waits) {
        if (waits.getAndSet(false)) {
            unanswered.decrementAndGet();
        }
    }

    private CompletionStage<LiveNodes> renewed(AtomicBoolean waits) {
        return store.renew(node, LEASE).whenComplete((nodes, failure) -> answered(waits));
    }

    private void beaten(LiveNodes nodes, long number) {
        beats++;
        alive = nodes.alive();
        trusted = beats >= careful ? number : 0;
        if (!nodes.wasAlive()) { // the others may have forgotten this node
            careful = beats == 1 ? 0 : beats + CAREFUL;
            trusted = beats == 1 ? number : 0;
            renewAll = true;
        }
        long round = beats % ROUND;
        all.accept((topic, receiver) -> {
            if (renewAll || Math.floorMod(topic.hashCode(), ROUND) == round) {
                receiver.renew();
            }
        });
        renewAll = false;
        for (String other : alive) {
            for (String topic : unsure.getOrDefault(other, Set.of())) {
                PresenceReceiver receiver = receivers.apply(topic);
                if (receiver != null) {
                    receiver.readAgain();
                }
            }
        }
        unsure.keySet().removeAll(alive);
        if (round == 0) {
            unsure.clear(); // nodes that are gone for good
        }
        if (beats >= careful) {
            heard.forgetAllBut(
                    nodes.alive(),
                    number,
                    beats,
                    other -> all.accept((topic, receiver) -> receiver.gone(other, number)));
        }
        askAgain();
    }

    private void askAgain() {
        askedNow = 0;
        all.accept((topic, receiver) -> {
            if (askedNow < MOST_ASKED) {
                askedNow += receiver.beat();
            }
        });
        for (Iterator<String> each = failed.iterator(); each.hasNext() && askedNow < MOST_ASKED; ) {
            String topic = each.next();
            each.remove();
            PresenceReceiver receiver = receivers.apply(topic);
            if (receiver == null) {
                askedNow++;
                put(topic, Set.of(), 0, null);
            } else {
                receiver.putAgain();
            }
        }
    }

    /**
     * Tells the other nodes who is in a topic on this one. The {@link PresenceReceiver#putEnded} of the caller follows,
     * or its {@link PresenceReceiver#putAgain}. Called with the topic's lock held, so that the order is that of the
     * changes.
     *
     * @param names empty if there are too many to name, or none
     * @param from null for a topic that has ended
     */
    void put(String topic, Set<String> names, int count, @Nullable PresenceReceiver from) {
        Runnable notAsked = () -> notPut(topic, from);
        byte[] members = new NodeMembers(numbers.incrementAndGet(), count, names).encoded();
        questions.ask(
                () -> store.put(topic, node, members, count == 0 ? Duration.ZERO : KEPT),
                (done, failure) -> {
                    PresenceReceiver now = receivers.apply(topic);
                    if (from != null && now == from) {
                        from.putEnded(failure == null);
                    } else if (failure != null || now != null) {
                        notPut(topic, null); // a topic that has begun since may have been put before
                    }
                },
                notAsked);
    }

    private void notPut(String topic, @Nullable PresenceReceiver from) {
        PresenceReceiver now = receivers.apply(topic);
        if (from != null) {
            from.putAgain();
        }
        if (now != null && now != from) {
            now.putAgain();
        } else if (now == null && failed.size() < MOST_FAILED) {
            failed.add(topic);
        }
    }

    /** Reads what the other nodes have said about a topic. The caller may hold locks. */
    void read(String topic, PresenceReceiver from) {
        long number = asked.incrementAndGet();
        questions.ask(
                () -> store.read(topic),
                (found, failure) -> {
                    PresenceReceiver receiver = receivers.apply(topic);
                    if (receiver != null && found != null) {
                        found(topic, receiver, found, number);
                    } else if (receiver != null && beats > 0) {
                        receiver.notFound();
                    } else if (receiver != null) {
                        receiver.readAgain();
                    }
                },
                from::readAgain);
    }

    private void found(String topic, PresenceReceiver receiver, Map<String, byte[]> found, long number) {
        Map<String, NodeMembers> others = decoded(found);
        for (Iterator<String> each = others.keySet().iterator(); each.hasNext(); ) {
            String other = each.next();
            if (!alive.contains(other)) {
                unsure.computeIfAbsent(other, same -> new HashSet<>()).add(topic);
                each.remove();
            }
        }
        receiver.found(others, trusted > lost ? alive : Set.of(), number, beats > 0);
        others.keySet().forEach(other -> heard.found(other, number));
    }

    /** Who is in a topic that has no subscriber on this node. Completes on a callback thread. */
    CompletionStage<Presence> readOnce(String topic, int mostNamed) {
        CompletableFuture<Presence> told = new CompletableFuture<>();
        link.failLater(topic, told);
        questions.ask(
                () -> store.read(topic),
                (found, failure) -> readOnceEnded(topic, mostNamed, found, failure, told),
                () -> {});
        link.drain();
        return told;
    }

    private void readOnceEnded(
            String topic,
            int mostNamed,
            @Nullable Map<String, byte[]> found,
            @Nullable Throwable failure,
            CompletableFuture<Presence> told) {
        Set<String> names = new HashSet<>();
        int unnamed = 0;
        for (Map.Entry<String, NodeMembers> each :
                decoded(found == null ? Map.of() : found).entrySet()) {
            if (alive.contains(each.getKey())) {
                names.addAll(each.getValue().names());
                unnamed += each.getValue().unnamed();
            }
        }
        int count = names.size() + unnamed;
        boolean known = found != null && beats > 0;
        link.complete(() -> {
            if (known) {
                told.complete(new Presence(count, unnamedOr(names, count, mostNamed)));
            } else {
                told.completeExceptionally(new BackplaneException(
                        "topic " + topic + ": its members could not be read from the broker", failure, false));
            }
        });
    }

    private static Set<String> unnamedOr(Set<String> names, int count, int mostNamed) {
        return count <= mostNamed && count == names.size() ? names : Set.of();
    }

    /** The connection to the store is lost. */
    void lost() {
        lost = asked.get();
    }

    /** What a read has found of the other nodes, and of this one if it says so. */
    private Map<String, NodeMembers> decoded(Map<String, byte[]> found) {
        Map<String, NodeMembers> others = new HashMap<>();
        found.forEach((other, bytes) -> {
            NodeMembers members = other.equals(node) ? null : NodeMembers.decoded(bytes);
            if (members != null) {
                others.put(other, members);
            }
        });
        return others;
    }

    /** The subscription to a topic has taken effect, perhaps again. */
    void subscribed(String topic) {
        PresenceReceiver receiver = receivers.apply(topic);
        if (receiver != null) {
            read(topic, receiver);
        }
    }

    /** What another node has said. Called on any thread. */
    void present(String topic, String from, byte[] bytes) {
        PresenceReceiver there = receivers.apply(topic);
        if (from.equals(node) || there == null) {
            return;
        }
        if (!link.traffic.admitsIn(bytes.length)) {
            there.readAgain();
            return;
        }
        boolean added = false;
        try {
            long at = asked.get();
            steps.add(() -> heard(topic, from, bytes, at));
            added = true;
        } finally {
            if (!added) {
                link.traffic.passedOn(bytes.length);
                there.readAgain();
            }
        }
    }

    private void heard(String topic, String from, byte[] bytes, long at) {
        PresenceReceiver receiver = receivers.apply(topic);
        boolean done = false;
        try {
            NodeMembers members = NodeMembers.decoded(bytes);
            if (members != null && receiver != null) {
                receiver.heard(from, members, at);
                heard.spoke(from, at, beats); // afterwards, or a beat between could miss it
            }
            done = true;
        } finally {
            link.traffic.passedOn(bytes.length);
            if (!done && receiver != null) {
                receiver.readAgain();
            }
        }
    }
}
