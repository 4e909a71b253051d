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
     * all leases, and the others have yet to renew theirs.
     */
    private static final int CAREFUL = 8;

    /** The presence of one topic. No lock is held when it is called. */
    interface Receiver {
        void heard(String node, NodeMembers members, long at);

        /** A read has found what these nodes have said. */
        void found(Map<String, NodeMembers> nodes, Set<String> alive, long asked);

        /** A node is not alive any more. What was heard from it at that time or later counts. */
        void gone(String node, long asked);

        /** Says again who is there on this node, and reads what others have said. */
        void renew();

        /** A call of {@link #put} has ended, with or without success. */
        void putEnded();
    }

    private final PresenceStore store;
    private final BackplaneLink link;
    private final Steps steps;
    private final Function<String, @Nullable Receiver> receivers;
    private final Consumer<BiConsumer<String, Receiver>> all;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();
    /** Counts the questions, so that what was heard after one was asked is not taken for older than its answer. */
    private final AtomicLong asked = new AtomicLong();
    /** How many renewals the store has not answered. */
    private final AtomicInteger unanswered = new AtomicInteger();
    /** Null until it has begun, and in a container that has stopped. */
    private volatile @Nullable ScheduledFuture<?> timer;
    /** The other nodes that have been heard, with the last question asked before that. */
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    /** The topics whose members could not be put; the next beat tries again. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    // In the steps, of which one runs at a time.
    private Set<String> alive = Set.of();
    /** The topics for which a read has found a node that was not alive at the last beat: perhaps it has just begun. */
    private final Map<String, Set<String>> unsure = new HashMap<>();

    private long beats;
    /** Until this beat no node is forgotten. */
    private long careful;
    /** Whether {@link #alive} can be believed: not after the connection was lost, until the next beat. */
    private volatile boolean trusted;

    /**
     * @param steps runs what is heard, one thing after the other
     * @param receivers the presence of a topic, or null
     * @param all calls its argument with each topic that has presence
     */
    PresenceLink(
            PresenceStore store,
            BackplaneLink link,
            Steps steps,
            Function<String, @Nullable Receiver> receivers,
            Consumer<BiConsumer<String, Receiver>> all) {
        this.store = store;
        this.link = link;
        this.steps = steps;
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
        unanswered.incrementAndGet();
        long number = asked.incrementAndGet();
        ask(this::renewed, (nodes, failure) -> {
            if (nodes != null) {
                beaten(nodes, number);
            }
        });
    }

    private CompletionStage<LiveNodes> renewed() {
        CompletionStage<LiveNodes> answer;
        try {
            answer = store.renew(node, LEASE);
        } catch (Throwable e) {
            answer = CompletableFuture.failedStage(e);
        }
        return answer.whenComplete((nodes, failure) -> unanswered.decrementAndGet());
    }

    private void beaten(LiveNodes nodes, long number) {
        beats++;
        alive = nodes.alive();
        trusted = beats >= careful;
        if (!nodes.wasAlive()) { // the others may have forgotten this node
            careful = beats == 1 ? 0 : beats + CAREFUL;
            trusted = beats == 1;
            all.accept((topic, receiver) -> receiver.renew());
        }
        for (String other : alive) {
            unsure.getOrDefault(other, Set.of()).forEach(this::read);
        }
        unsure.keySet().removeAll(alive);
        if (beats % ROUND == 0) {
            unsure.clear(); // nodes that are gone for good
        }
        for (Iterator<String> each = failed.iterator(); each.hasNext(); ) {
            String topic = each.next();
            each.remove();
            Receiver receiver = receivers.apply(topic);
            if (receiver != null) {
                receiver.renew();
            } else {
                put(topic, Set.of(), 0);
            }
        }
        if (beats >= careful) {
            forgetAllBut(nodes.alive(), number);
        }
        all.accept((topic, receiver) -> {
            if (Math.floorMod(topic.hashCode(), ROUND) == beats % ROUND) {
                receiver.renew();
            }
        });
    }

    private void forgetAllBut(Set<String> living, long number) {
        heard.forEach((other, at) -> {
            if (at < number && !living.contains(other) && heard.remove(other, at)) {
                all.accept((topic, receiver) -> receiver.gone(other, number));
            }
        });
    }

    /**
     * Tells the other nodes who is in a topic on this one. The topic's {@link Receiver#putEnded} follows. Called with
     * the topic's lock held, so that the order is that of the changes.
     *
     * @param names empty if there are too many to name, or none
     */
    void put(String topic, Set<String> names, int count) {
        byte[] members = new NodeMembers(numbers.incrementAndGet(), count, names).encoded();
        ask(() -> store.put(topic, node, members, count == 0 ? Duration.ZERO : KEPT), (done, failure) -> {
            if (failure != null) {
                failed.add(topic);
            }
            Receiver receiver = receivers.apply(topic);
            if (receiver != null) {
                receiver.putEnded();
            }
        });
    }

    /** Reads what the other nodes have said about a topic. The caller may hold locks. */
    void read(String topic) {
        long number = asked.incrementAndGet();
        ask(() -> store.read(topic), (found, failure) -> {
            Receiver receiver = receivers.apply(topic);
            if (receiver == null) {
                return;
            }
            if (found == null) {
                link.later(() -> read(topic), BEAT);
                return;
            }
            Map<String, NodeMembers> others = decoded(found);
            for (Iterator<String> each = others.keySet().iterator(); each.hasNext(); ) {
                String other = each.next();
                if (!alive.contains(other)) {
                    unsure.computeIfAbsent(other, same -> new HashSet<>()).add(topic);
                    each.remove();
                }
            }
            receiver.found(others, trusted ? alive : Set.of(), number);
            others.keySet().forEach(other -> heard.merge(other, number, Math::max));
        });
    }

    /** Who is in a topic that has no subscriber on this node. Completes on a callback thread. */
    CompletionStage<Presence> readOnce(String topic, int mostNamed) {
        CompletableFuture<Presence> told = new CompletableFuture<>();
        link.failLater(topic, told);
        ask(() -> store.read(topic), (found, failure) -> {
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
                    told.completeExceptionally(
                            new BackplaneException("topic " + topic + ": who is there is not known", failure, false));
                }
            });
        });
        link.drain();
        return told;
    }

    private static Set<String> unnamedOr(Set<String> names, int count, int mostNamed) {
        return count <= mostNamed && count == names.size() ? names : Set.of();
    }

    /** The connection to the store is lost. */
    void lost() {
        trusted = false;
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
        if (receivers.apply(topic) != null) {
            read(topic);
        }
    }

    /** What another node has said. Called on any thread. */
    void present(String topic, String from, byte[] bytes) {
        if (from.equals(node) || receivers.apply(topic) == null) {
            return;
        }
        if (!link.traffic.admitsIn(bytes.length)) {
            link.later(() -> read(topic), BEAT);
            return;
        }
        long at = asked.get();
        steps.add(() -> {
            try {
                NodeMembers members = NodeMembers.decoded(bytes);
                Receiver receiver = receivers.apply(topic);
                if (members != null && receiver != null) {
                    receiver.heard(from, members, at);
                    heard.merge(from, at, Math::max); // afterwards, or a beat between could miss it
                }
            } finally {
                link.traffic.passedOn(bytes.length);
            }
        });
    }

    /** Asks the store in the order of the calls, and handles the answer in a step. The caller may hold locks. */
    private <T> void ask(Asked<T> question, BiConsumer<@Nullable T, @Nullable Throwable> answer) {
        link.ask(() -> {
            try {
                question.ask().whenComplete((found, failure) -> steps.add(() -> answer.accept(found, failure)));
            } catch (Throwable e) {
                steps.add(() -> answer.accept(null, e));
            }
        });
        link.drainSoon();
    }

    private interface Asked<T> {
        CompletionStage<? extends T> ask();
    }
}
