package dev.hawser.internal.topic;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.LiveNodes;
import dev.hawser.backplane.PresenceStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory, with a thread of its own, that can be away, stand still, lose messages on their way to a node,
 * and forget what it has stored. Offsets run over all topics, so that those of one topic have holes between them.
 */
final class FakeBroker implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    // All in that thread, but for the list.
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, List<StoredMessage>> logs = new HashMap<>();
    /** What a log has dropped since it was full. A broker that is set back to an earlier state has it again. */
    private final Map<String, List<StoredMessage>> trimmed = new HashMap<>();

    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    /** Until when each node is alive, by its name. */
    private final Map<String, Long> leases = new HashMap<>();
    /** Who is in each topic, by node. */
    private final Map<String, Map<String, byte[]>> present = new HashMap<>();

    private String epoch = "e1";
    private long offsets = 100;
    volatile Predicate<Node> loses = node -> false;
    volatile boolean away;
    /** Counts the calls of {@link Node#put}, whether or not they succeed. */
    final AtomicInteger puts = new AtomicInteger();
    /** What the answers to the next renewals of leases must wait for. */
    volatile CompletionStage<?> renewalsWait = CompletableFuture.completedFuture(null);
    /** What the next reads of members must wait for. */
    volatile CompletionStage<?> readsWait = CompletableFuture.completedFuture(null);

    Node node(boolean withHistory) {
        Node node = new Node(withHistory);
        inTurn(() -> nodes.add(node));
        return node;
    }

    /** One node loses its connection. */
    void cutsOff(Node node) {
        inTurn(() -> {
            node.cut = true;
            node.listener.connected(false);
        });
    }

    /** Only messages do not come to a node: it has two connections, and one is broken. */
    void cutsSubscriptions(Node node) {
        inTurn(() -> node.listener.connected(false));
    }

    void bringsBack(Node node) {
        inTurn(() -> {
            node.cut = false;
            node.listener.connected(true);
            node.topics.forEach(node.listener::subscribed);
        });
    }

    private void inTurn(Runnable action) {
        try {
            thread.submit(action).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns once all has been done that was asked for before. */
    void settle() {
        inTurn(() -> {});
    }

    /** Nothing is answered, and nothing delivered, until the end. */
    AutoCloseable standsStill() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        thread.execute(end::join);
        return () -> end.complete(null);
    }

    void goesAway() {
        inTurn(() -> {
            away = true;
            nodes.forEach(node -> node.listener.connected(false));
        });
    }

    void comesBack() {
        inTurn(() -> {
            away = false;
            for (Node node : nodes) {
                node.listener.connected(true);
                node.topics.forEach(node.listener::subscribed);
            }
        });
    }

    /** It has lost its newest messages, as one that was restored from an older copy. */
    void forgets(String topic, int messages) {
        inTurn(() -> {
            List<StoredMessage> log = logs.get(topic);
            log.subList(log.size() - messages, log.size()).clear();
            List<StoredMessage> dropped = trimmed.getOrDefault(topic, new ArrayList<>());
            List<StoredMessage> again = dropped.subList(Math.max(0, dropped.size() - messages), dropped.size());
            log.addAll(0, again);
            again.clear();
            long last = log.isEmpty() ? 0 : log.get(log.size() - 1).offset();
            newest.put(topic, last);
            offsets = last;
        });
    }

    /** It has lost who is there, and which nodes are alive. */
    void forgetsPresence() {
        inTurn(() -> {
            leases.clear();
            present.clear();
        });
    }

    /** For which topics somebody is kept as present. */
    Set<String> topicsWithMembers() {
        Set<String> topics = new HashSet<>();
        inTurn(() -> present.forEach((topic, nodes) -> {
            if (!nodes.isEmpty()) {
                topics.add(topic);
            }
        }));
        return topics;
    }

    Set<String> subscriptions(Node node) {
        Set<String> topics = new HashSet<>();
        inTurn(() -> topics.addAll(node.topics));
        return topics;
    }

    /**
     * Waits until the broker knows that the nodes have subscribed: another thread may make the call of {@code
     * Topics.subscribe}, and a live message that comes before it is lost.
     */
    void awaitSubscribed(String topic, Node... subscribers) {
        for (Node each : subscribers) {
            TopicWorld.await(
                    "a node is subscribed to " + topic,
                    () -> subscriptions(each).contains(topic));
        }
    }

    /** The same for a topic with history, whose newest offset the nodes have also asked for. */
    void awaitRead(String topic, Node... subscribers) {
        awaitSubscribed(topic, subscribers);
        for (Node each : subscribers) {
            TopicWorld.await("a node has read " + topic, () -> each.read.contains(topic));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    final class Node implements Backplane, HistoryStore, PresenceStore {
        private final boolean withHistory;
        private final Set<String> topics = new HashSet<>();
        /** The topics whose history was read. */
        private final Set<String> read = ConcurrentHashMap.newKeySet();

        private BackplaneListener listener;
        volatile boolean started;
        volatile boolean closed;
        volatile boolean storesTwice;
        volatile boolean cannotStart;
        volatile boolean startsUnconnected;
        volatile boolean withoutPresence;
        /** Its lease cannot be renewed, as when it connects between two beats. */
        volatile boolean withoutLease;
        /** Counts the reads of histories that were answered. */
        final AtomicInteger reads = new AtomicInteger();
        /** Counts the renewals of its lease that were answered. */
        final AtomicInteger renewals = new AtomicInteger();
        /** Nothing comes to it or from it. In the broker's thread. */
        private boolean cut;
        /** What was asked while the node stood still; null if it does not. In the broker's thread. */
        private @Nullable List<Runnable> still;

        Node(boolean withHistory) {
            this.withHistory = withHistory;
        }

        @Override
        public void start(BackplaneListener told) {
            if (cannotStart) {
                throw new IllegalStateException("as the test wants it");
            }
            started = true;
            listener = told;
            if (!startsUnconnected) {
                thread.execute(() -> told.connected(true));
            }
        }

        @Override
        public void subscribe(String topic) {
            thread.execute(() -> {
                topics.add(topic);
                if (!away && !cut) {
                    listener.subscribed(topic);
                }
            });
        }

        @Override
        public void unsubscribe(String topic) {
            thread.execute(() -> topics.remove(topic));
        }

        /** As a process that is stopped: what it asks is not asked, and it hears nothing. */
        void standsStill() {
            inTurn(() -> still = new ArrayList<>());
        }

        void goesOn() {
            inTurn(() -> {
                List<Runnable> asked = still;
                still = null;
                asked.forEach(Runnable::run);
            });
        }

        private void unlessStill(Runnable action) {
            if (still == null) {
                action.run();
            } else {
                still.add(action);
            }
        }

        @Override
        public @Nullable PresenceStore presence() {
            return withoutPresence ? null : this;
        }

        @Override
        public CompletionStage<LiveNodes> renew(String node, Duration lease) {
            if (withoutLease) {
                return CompletableFuture.failedFuture(new BackplaneException("not connected yet", null, false));
            }
            CompletionStage<?> until = renewalsWait;
            return asked(() -> {
                        renewals.incrementAndGet();
                        long now = System.nanoTime();
                        leases.values().removeIf(end -> end - now < 0);
                        boolean wasAlive = leases.put(node, now + lease.toNanos()) != null;
                        return new LiveNodes(wasAlive, leases.keySet());
                    })
                    .thenCombine(until, (nodes, waited) -> nodes);
        }

        @Override
        public CompletionStage<?> put(String topic, String node, byte[] members, Duration keep) {
            puts.incrementAndGet();
            return asked(() -> {
                Map<String, byte[]> nodes = present.computeIfAbsent(topic, key -> new HashMap<>());
                if (keep.isZero()) {
                    nodes.remove(node);
                } else {
                    nodes.put(node, members);
                }
                toAll(topic, listener -> listener.present(topic, node, members));
                return node;
            });
        }

        @Override
        public CompletionStage<Map<String, byte[]>> read(String topic) {
            CompletionStage<?> until = readsWait;
            return asked(() -> Map.copyOf(present.getOrDefault(topic, Map.of())))
                    .thenCombine(until, (found, waited) -> found);
        }

        private <T> CompletionStage<T> asked(java.util.function.Supplier<T> action) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            thread.execute(() -> unlessStill(() -> {
                if (away || cut) {
                    answer.completeExceptionally(new BackplaneException("the broker is away", null, false));
                } else {
                    answer.complete(action.get());
                }
            }));
            return answer.thenApply(done -> done); // which wraps what it failed with, as clients of brokers do
        }

        private void toAll(String topic, java.util.function.Consumer<BackplaneListener> message) {
            for (Node node : nodes) {
                if (node.topics.contains(topic) && !node.cut && !loses.test(node)) {
                    node.unlessStill(() -> message.accept(node.listener));
                }
            }
        }

        @Override
        public CompletionStage<@Nullable Void> publish(String topic, byte[] message) {
            return asked(() -> {
                toAll(topic, listener -> listener.live(topic, message));
                return null;
            });
        }

        @Override
        public @Nullable HistoryStore history() {
            return withHistory ? this : null;
        }

        @Override
        public CompletionStage<?> append(
                String topic, String sender, long number, byte[] message, int most, Duration age) {
            return asked(() -> {
                Long before = numbers.put(topic + " " + sender, number);
                if (before != null && before >= number) {
                    throw new AssertionError("numbers grow: " + before + ", " + number);
                }
                List<StoredMessage> log = logs.computeIfAbsent(topic, key -> new ArrayList<>());
                offsets += 3;
                StoredMessage stored = new StoredMessage(
                        epoch, offsets, newest.getOrDefault(topic, 0L), sender + ":" + number, 0, message);
                newest.put(topic, offsets);
                log.add(stored);
                if (log.size() > most) {
                    trimmed.computeIfAbsent(topic, key -> new ArrayList<>()).add(log.remove(0));
                }
                for (int i = 0; i < (storesTwice ? 2 : 1); i++) {
                    toAll(topic, listener -> listener.stored(topic, stored));
                }
                return stored;
            });
        }

        @Override
        public CompletionStage<StoredMessages> read(String topic, StoredMessage known, int most, Duration age) {
            return asked(() -> {
                read.add(topic);
                reads.incrementAndGet();
                List<StoredMessage> log = logs.getOrDefault(topic, List.of());
                long last = newest.getOrDefault(topic, 0L);
                if (known.epoch().equals(epoch)) {
                    boolean other = known.offset() > last
                            || log.stream()
                                    .anyMatch(each -> each.offset() == known.offset()
                                            && !known.id().isEmpty()
                                            && !each.id().equals(known.id()));
                    if (other) {
                        renew();
                        log = logs.getOrDefault(topic, List.of());
                    }
                }
                long behind = known.epoch().equals(epoch) ? known.offset() : 0;
                return new StoredMessages(
                        epoch,
                        last,
                        log.stream().filter(each -> each.offset() > behind).toList());
            });
        }

        private void renew() {
            epoch += "'";
            logs.replaceAll((topic, log) -> {
                List<StoredMessage> renewed = new ArrayList<>();
                for (StoredMessage each : log) {
                    renewed.add(new StoredMessage(
                            epoch, each.offset(), each.previous(), each.id(), each.ageMillis(), each.message()));
                }
                return renewed;
            });
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
