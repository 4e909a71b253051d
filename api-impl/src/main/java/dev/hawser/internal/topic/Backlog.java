package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.SlowSubscriber;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one slow session before its outbound queue, in order, as references to messages that all subscribers
 * share. Its bytes are counted as if they were not shared. Guarded by its {@link Subscriber}.
 */
final class Backlog {
    /** What an entry takes beside its message. */
    private static final int ENTRY_BYTES = 112;

    /** A message that waits. */
    static final class Entry {
        final Subscription to;
        final SharedMessage message;
        final String key;
        private final boolean droppable;
        /** What it is the latest of; null where all are kept. */
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

    /** A topic and a key. No record: what the Java machine keeps to compare records keeps an undeployed application. */
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
     * @param maxBytes of what waits, entries and messages, before those that may be dropped are
     * @param maxKept the same, before one that may not be dropped is refused
     */
    Backlog(long maxBytes, long maxKept) {
        this.maxBytes = maxBytes;
        this.maxKept = Math.max(maxBytes, maxKept);
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The one that waits longest, or null. */
    @Nullable Entry first() {
        return first;
    }

    long bytes() {
        return bytes;
    }

    /** Whether something must give way before this fits. */
    boolean isTooSmallFor(Entry entry) {
        return bytes + entry.bytes() > maxBytes;
    }

    /**
     * Adds a message behind all others, and drops what its rule says, and then the oldest that may be dropped, as long
     * as the bytes are too many; never the message itself, however large. Returns false if it may not be dropped, and
     * nothing else can be.
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

    /** The entry has gone out, or is given up. */
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

    /** Drops what waits for a subscription that has ended: it must get nothing more. */
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
