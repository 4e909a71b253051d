package dev.hawser.internal.topic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of one topic: those of this node's sessions, and those that other nodes have named. Not thread-safe. */
final class Roll {
    /** Gets each name that comes, or that is no longer there. */
    interface Changes {
        void came(String name);

        void went(String name);

        /** The number of members without a name may have changed. */
        void counted();
    }

    /** @param heard when it was heard, as {@link PresenceLink} counts */
    private record Elsewhere(NodeMembers members, long heard) {}

    private final Changes changes;
    private final Map<Member, String> sessions = new HashMap<>();
    /** The names of the sessions, with how many sessions have each. */
    private final Map<String, Integer> here = new HashMap<>();

    private final Map<String, Elsewhere> elsewhere = new HashMap<>();
    /** All names, with how many nodes have each. */
    private final Map<String, Integer> all = new HashMap<>();
    /** How many members of other nodes have no name, because they are too many. */
    private int unnamed;

    Roll(Changes changes) {
        this.changes = changes;
    }

    /** How many members there are; one without a name who is on two nodes counts twice. */
    int count() {
        return all.size() + unnamed;
    }

    boolean isNamed() {
        return unnamed == 0;
    }

    Set<String> names() {
        return all.keySet();
    }

    /** The names of this node's sessions. */
    Set<String> here() {
        return here.keySet();
    }

    /** Returns whether the names of this node have changed. */
    boolean join(Member session, String name) {
        String before = sessions.put(session, name);
        if (name.equals(before)) {
            return false;
        }
        boolean left = before != null && leaveHere(before);
        boolean first = here.merge(name, 1, Integer::sum) == 1;
        if (first) {
            add(name);
        }
        return first || left;
    }

    /** Returns whether the names of this node have changed. */
    boolean leave(Member session) {
        String name = sessions.remove(session);
        return name != null && leaveHere(name);
    }

    private boolean leaveHere(String name) {
        if (here.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1) != null) {
            return false;
        }
        remove(name);
        return true;
    }

    /** Another node says who is there. Something older than what is known is ignored. */
    void heard(String node, NodeMembers members, long at) {
        Elsewhere known = elsewhere.get(node);
        if (known != null && known.members.number() >= members.number()) {
            return;
        }
        elsewhere.put(node, new Elsewhere(members, at));
        members.names().forEach(this::add); // first, so that a name that remains does not go and come
        count(members.unnamed());
        if (known != null) {
            forget(known.members);
        }
    }

    /** Forgets a node, unless it was heard at the given time or later. */
    void forget(String node, long before) {
        Elsewhere known = elsewhere.get(node);
        if (known != null && known.heard < before) {
            elsewhere.remove(node);
            forget(known.members);
        }
    }

    private void forget(NodeMembers members) {
        members.names().forEach(this::remove);
        count(-members.unnamed());
    }

    private void count(int more) {
        if (more != 0) {
            unnamed += more;
            changes.counted();
        }
    }

    /** The other nodes that have said something, as a copy. */
    Set<String> nodes() {
        return new HashSet<>(elsewhere.keySet());
    }

    private void add(String name) {
        if (all.merge(name, 1, Integer::sum) == 1) {
            changes.came(name);
        }
    }

    private void remove(String name) {
        @Nullable Integer left = all.computeIfPresent(name, (same, nodes) -> nodes == 1 ? null : nodes - 1);
        if (left == null) {
            changes.went(name);
        }
    }
}
