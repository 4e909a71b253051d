package dev.hawser.internal.topic;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The other nodes whose members are known at least in part, and which of these nodes are gone. Thread-safe. */
final class HeardNodes {
    /**
     * A node that speaks is alive for so many beats, also without a lease: one that has just begun, or goes on, may
     * speak before its next renewal. No longer than a lease, or nodes that are gone would be kept for longer.
     */
    private static final int SPEAKS = 4;

    private final Map<String, Heard> nodes = new ConcurrentHashMap<>();

    /**
     * When a node was heard.
     *
     * @param asked the last question before that
     * @param spoke the last beat before its own last message; 0 if all was found in the store
     */
    private record Heard(long asked, long spoke) {
        Heard or(Heard other) {
            return new Heard(Math.max(asked, other.asked), Math.max(spoke, other.spoke));
        }
    }

    /** The store had something of a node that is alive. */
    void found(String node, long asked) {
        nodes.merge(node, new Heard(asked, 0), Heard::or);
    }

    /** A message of the node has come. */
    void spoke(String node, long asked, long beat) {
        nodes.merge(node, new Heard(asked, beat), Heard::or);
    }

    /**
     * Forgets the nodes that are gone.
     *
     * @param alive the nodes with a lease
     * @param asked the number of the question whose answer that is; what was heard later is newer
     * @param gone is told of each; if it throws, the node is told again at the next beat
     */
    void forgetAllBut(Set<String> alive, long asked, long beat, Consumer<String> gone) {
        nodes.forEach((node, heard) -> {
            boolean speaks = heard.spoke > 0 && beat - heard.spoke <= SPEAKS;
            if (heard.asked < asked && !speaks && !alive.contains(node)) {
                gone.accept(node);
                nodes.remove(node, heard);
            }
        });
    }
}
