package dev.hawser.locks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What classes of {@link LockInstrumentation} tell: which locks a thread takes while it holds others, and what it calls
 * while it holds one. Whatever {@link LockTable} does not allow is kept until somebody takes it.
 */
public final class LockOrder {
    /** More than any thread holds. */
    private static final int DEEPEST = 64;

    /** The locks that a thread has taken and may hold still: an entry is dropped once it is seen not to be held. */
    private static final class Taken {
        private final Object[] locks = new Object[DEEPEST];
        private final String[] names = new String[DEEPEST];
        private int count;

        /** A lock that is asked for and not had yet may be the last one: it is dropped, too, and asked for anew. */
        private void dropFreed() {
            int held = 0;
            for (int i = 0; i < count; i++) {
                if (isHeld(locks[i])) {
                    locks[held] = locks[i];
                    names[held] = names[i];
                    held++;
                }
            }
            for (int i = held; i < count; i++) {
                locks[i] = null;
            }
            count = held;
        }

        private boolean has(Object lock) {
            for (int i = 0; i < count; i++) {
                if (locks[i] == lock) {
                    return true;
                }
            }
            return false;
        }

        private void add(Object lock, String name) {
            if (count < DEEPEST) {
                locks[count] = lock;
                names[count] = name;
                count++;
            }
        }
    }

    private static final ThreadLocal<Taken> TAKEN = ThreadLocal.withInitial(Taken::new);
    /** By the name of a lock, what was taken or called while it was held. */
    private static final Map<String, Set<String>> SEEN = new ConcurrentHashMap<>();

    private static final ConcurrentLinkedQueue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();
    private static final LockTable TABLE = LockTable.ofTheDocument();

    /** The locks of each name that were taken since {@link #count}; null while nobody counts. */
    private static volatile Map<String, Set<Object>> counted;

    private LockOrder() {}

    /** Called by instrumented classes before they take a lock, and at the begin of a synchronized method. */
    public static void takes(Object lock, String place) {
        String name = TABLE.nameOf(place);
        Taken taken = TAKEN.get();
        taken.dropFreed();
        if (!taken.has(lock)) { // else nobody waits
            for (int i = 0; i < taken.count; i++) {
                seen(taken.names[i], name);
            }
            taken.add(lock, name);
        }
        Map<String, Set<Object>> counts = counted;
        if (counts != null) {
            counts.computeIfAbsent(
                            name,
                            any -> Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>())))
                    .add(lock);
        }
    }

    /** Called by instrumented classes before they call what must not be called under a lock. */
    public static void calls(String callee) {
        Taken taken = TAKEN.get();
        taken.dropFreed();
        for (int i = 0; i < taken.count; i++) {
            seen(taken.names[i], callee);
        }
    }

    private static void seen(String held, String next) {
        if (SEEN.computeIfAbsent(held, any -> ConcurrentHashMap.newKeySet()).add(next) && !TABLE.allows(held, next)) {
            VIOLATIONS.add(violation(held, next));
        }
    }

    private static String violation(String held, String next) {
        StringBuilder text = new StringBuilder(Thread.currentThread().getName())
                .append(" holds ")
                .append(held)
                .append(" and takes or calls ")
                .append(next)
                .append(", which docs/concurrency.md does not allow:");
        StackWalker.getInstance().walk(stack -> {
            stack.skip(3).limit(24).forEach(frame -> text.append("\n    ").append(frame));
            return null;
        });
        return text.toString();
    }

    private static boolean isHeld(Object lock) {
        return lock instanceof ReentrantLock explicit ? explicit.isHeldByCurrentThread() : Thread.holdsLock(lock);
    }

    /** What was found since the last call. */
    static List<String> takeViolations() {
        List<String> found = new ArrayList<>();
        for (String next = VIOLATIONS.poll(); next != null; next = VIOLATIONS.poll()) {
            found.add(next);
        }
        return found;
    }

    /** What was seen until now, a line for each lock under which something was. */
    static List<String> seen() {
        Set<String> lines = new TreeSet<>();
        SEEN.forEach((held, next) -> lines.add(held + " -> " + String.join(", ", new TreeSet<>(next))));
        return List.copyOf(lines);
    }

    /** From now on the locks of each name are counted. */
    static void count() {
        counted = new ConcurrentHashMap<>();
    }

    /** How many locks of each name were taken since {@link #count}, which ends. */
    static Map<String, Integer> counts() {
        Map<String, Integer> sizes = new ConcurrentHashMap<>();
        counted.forEach((name, locks) -> sizes.put(name, locks.size()));
        counted = null;
        return sizes;
    }
}
