package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.SlowSubscriber;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for one slow session before its outbound queue, in order, as references to messages that all
 * subscribers share. Their bytes count in full for each subscriber. Guarded by its {@link Subscriber}.
 */
final class Backlog {
    /** The bytes of an entry without its message. */
    private static final int ENTRY_BYTES = 112;

    /** A waiting message. */
    static final class Entry {
        final Subscription to;
        final SharedMessage message;
        final String key;
        private final boolean droppable;
        /** The topic and key whose latest message this is; null if the rule is not LATEST. */
        private final @Nullable About about;

        private @Nullable Entry before;
        private @Nullable Entry behind;

        Entry(Subscription to, SharedMessage message, String key) {
            this.to = to;
            this.message = message;
            this.key = key;
            SlowSubscriber rule = to.rule();
            this.droppable = rule != SlowSubscriber.CLOSE;
            this.about = rule == SlowSubscriber.LATEST ? new About(to, key) : null;
        }

        int bytes() {
            return ENTRY_BYTES + message.heldBytes();
        }
    }

    /**
     * A topic and a key. Not a record: the JVM's comparison code for records would keep an undeployed application in
     * memory.
     */
    private static final class About {
        private final Subscription to;
        private final String key;

        About(Subscription to, String key) {
            this.to = to;
            this.key = key;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof About about && to == about.to && key.equals(about.key);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(to) + key.hashCode();
        }
    }

    private final long maxBytes;
    private final long maxKept;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private long bytes;
    /** The latest entry of each topic and key, of those whose rule is LATEST. */
    private final Map<About, Entry> latest = new HashMap<>();

    /**
     * @param maxBytes the bytes of entries and messages above which droppable messages are dropped
     * @param maxKept the same bytes, above which a message that may not be dropped is refused
     */
    Backlog(long maxBytes, long maxKept) {
        this.maxBytes = maxBytes;
        this.maxKept = Math.max(maxBytes, maxKept);
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The oldest entry, or null. */
    @Nullable Entry first() {
        return first;
    }

    long bytes() {
        return bytes;
    }

    /** Whether something must be dropped before the entry fits. */
    boolean isTooSmallFor(Entry entry) {
        return bytes + entry.bytes() > maxBytes;
    }

    /**
     * Adds a message at the end. Drops the older message that its rule replaces, and then the oldest droppable ones
     * while there are too many bytes, but never the new message, however large it is. Returns false if the new message
     * does not fit and may not be dropped.
     */
    boolean add(Entry entry) {
        if (entry.about != null) {
            Entry older = latest.put(entry.about, entry);
            if (older != null) {
                drop(older);
            }
        }
        link(entry);
        for (Entry oldest = first; bytes > maxBytes && oldest != null && oldest != entry; ) {
            Entry next = oldest.behind;
            if (oldest.droppable) {
                drop(oldest);
            }
            oldest = next;
        }
        if (bytes > maxKept && !entry.droppable) {
            remove(entry);
            return false;
        }
        return true;
    }

    private void drop(Entry entry) {
        remove(entry);
        entry.to.dropped();
    }

    private void link(Entry entry) {
        Entry end = last;
        entry.before = end;
        if (end == null) {
            first = entry;
        } else {
            end.behind = entry;
        }
        last = entry;
        bytes += entry.bytes();
    }

    /** Removes an entry that was queued or is dropped. */
    void remove(Entry entry) {
        Entry before = entry.before;
        Entry behind = entry.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        bytes -= entry.bytes();
        if (entry.about != null) {
            latest.remove(entry.about, entry);
        }
    }

    void clear() {
        first = null;
        last = null;
        bytes = 0;
        latest.clear();
    }

    /** Removes all messages for a subscription that has ended. */
    void forget(Subscription ended) {
        for (Entry entry = first; entry != null; ) {
            Entry next = entry.behind;
            if (entry.to == ended) {
                remove(entry);
            }
            entry = next;
        }
    }
}
