package dev.hawser.internal.topic;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of one topic by their offsets, which grow: from 1 in steps of 1, or, with a backplane, as the
 * backplane numbers them. In another epoch, such as after a restart, the same offset is another message. Guarded by the
 * topic's lock.
 */
final class TopicHistory {
    private static final SecureRandom EPOCHS = new SecureRandom();

    private final String epoch;
    private final TreeMap<Long, Publication> messages = new TreeMap<>();
    /** The times at which they were published, by the container's clock. */
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    private long newest;
    /** The id of the message at {@link #newest}; empty if no backplane has given one. */
    private String newestId = "";
    /** When the last message was published, by the container's clock; null if there never was one. */
    private @Nullable Long newestTime;

    /** A new history. */
    TopicHistory() {
        this(Long.toString(EPOCHS.nextLong() >>> 1, 36), 0);
    }

    /** A copy of a backplane's history after an offset. */
    TopicHistory(String epoch, long newest) {
        this.epoch = epoch;
        this.newest = newest;
    }

    String epoch() {
        return epoch;
    }

    /** The offset of the last message, 0 if there never was one. */
    long newest() {
        return newest;
    }

    String newestId() {
        return newestId;
    }

    /** Adds a message and gives it its place. */
    void append(Publication message, int most, Duration age, long now) {
        message.place(epoch, newest + 1, newest, "");
        add(message, now);
        trim(most, age, now);
    }

    /** Adds a message that has its place, after all others. */
    void add(Publication message, long published) {
        messages.put(message.offset(), message);
        times.add(published);
        newest = message.offset();
        newestId = message.id();
        newestTime = published;
    }

    /** Drops all messages, and continues after an offset. */
    void skipTo(long offset) {
        messages.clear();
        times.clear();
        newest = offset;
        newestId = "";
    }

    /** Drops messages that are too old or too many. */
    void trim(int most, Duration age, long now) {
        Long oldest = times.peek();
        while (oldest != null && (messages.size() > most || now - oldest > age.toNanos())) {
            messages.pollFirstEntry();
            times.poll();
            oldest = times.peek();
        }
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether all messages after an offset are here. */
    boolean reaches(long offset) {
        Map.Entry<Long, Publication> oldest = messages.firstEntry();
        return offset <= newest
                && offset >= (oldest == null ? newest : oldest.getValue().previous());
    }

    /** The first message after an offset, or null if there is none. */
    @Nullable Publication behind(long offset) {
        Map.Entry<Long, Publication> next = messages.higherEntry(offset);
        return next == null ? null : next.getValue();
    }

    /** The message at an offset, or null if it is not here. */
    @Nullable Publication at(long offset) {
        return messages.get(offset);
    }

    /** Whether the last message is not older than this, by the container's clock; it may have been dropped since. */
    boolean isOlder(long published) {
        Long last = newestTime;
        return last != null && published - last <= 0;
    }

    /** The ids of the messages. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>();
        for (Publication each : messages.values()) {
            ids.add(each.id());
        }
        return ids;
    }
}
