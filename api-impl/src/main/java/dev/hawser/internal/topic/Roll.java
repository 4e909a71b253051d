package dev.hawser.internal.topic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The members of one topic: those of this node's sessions, and those that other nodes have named. An error of the JVM
 * leaves it as it was: it makes room for each name before it counts one. Not thread-safe.
 */
final class Roll {
    /** Gets each name that comes, or that is no longer there. Its methods throw nothing. */
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
    private final Map<String, int[]> here = new HashMap<>();

    private final Map<String, Elsewhere> elsewhere = new HashMap<>();
    /** All names, with how many nodes have each. */
    private final Map<String, int[]> all = new HashMap<>();
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
        String before;
        boolean done = false;
        try {
            here.computeIfAbsent(name, same -> new int[1]);
            all.computeIfAbsent(name, same -> new int[1]);
            before = sessions.put(session, name);
            done = true;
        } finally {
            if (!done) {
                removeUnused(here, name);
                removeUnused(all, name);
            }
        }
        if (name.equals(before)) {
            return false;
        }
        boolean left = before != null && leaveHere(before);
        boolean first = more(here, name);
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
        if (!fewer(here, name)) {
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
        boolean done = false;
        try {
            for (String name : members.names()) {
                all.computeIfAbsent(name, same -> new int[1]);
            }
            elsewhere.put(node, new Elsewhere(members, at));
            done = true;
        } finally {
            if (!done) {
                members.names().forEach(name -> removeUnused(all, name));
            }
        }
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
        if (more(all, name)) {
            changes.came(name);
        }
    }

    private void remove(String name) {
        if (fewer(all, name)) {
            changes.went(name);
        }
    }

    /** Counts one more, for whom there is room. Returns whether it is the first. */
    private static boolean more(Map<String, int[]> names, String name) {
        int[] count = names.get(name);
        return count != null && ++count[0] == 1;
    }

    /** Counts one fewer. Returns whether it was the last. */
    private static boolean fewer(Map<String, int[]> names, String name) {
        int[] count = names.get(name);
        if (count == null || --count[0] > 0) {
            return false;
        }
        names.remove(name);
        return true;
    }

    private static void removeUnused(Map<String, int[]> names, String name) {
        int[] count = names.get(name);
        if (count != null && count[0] == 0) {
            names.remove(name);
        }
    }
}
