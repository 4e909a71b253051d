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
 * The last messages of one topic by their offsets, which grow: alone from 1 in steps of 1, and with a backplane as that
 * gives them. The offsets of another epoch, such as that after a restart, mean other messages. The lock of the topic
 * guards it.
 */
final class TopicHistory {
    private static final SecureRandom EPOCHS = new SecureRandom();

    private final String epoch;
    private final TreeMap<Long, Publication> messages = new TreeMap<>();
    /** When each of them was published, as of {@link System#nanoTime}. */
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    private long newest;
    /** Which message {@link #newest} is; empty if a backplane has not said so. */
    private String newestId = "";

    /** A history that begins here. */
    TopicHistory() {
        this(Long.toString(EPOCHS.nextLong() >>> 1, 36), 0);
    }

    /** What is kept of one that a backplane numbers, behind an offset. */
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

    /** Adds a message that gets its place here. */
    void append(Publication message, int most, Duration age, long now) {
        message.place(epoch, newest + 1, newest, "");
        add(message, now);
        trim(most, age, now);
    }

    /** Adds a message that has its place, behind all others. */
    void add(Publication message, long published) {
        messages.put(message.offset(), message);
        times.add(published);
        newest = message.offset();
        newestId = message.id();
    }

    /** What came up to an offset is not there. */
    void skipTo(long offset) {
        messages.clear();
        times.clear();
        newest = offset;
        newestId = "";
    }

    /** Lets go of what is too old, or too much. */
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

    /** Whether all that came behind an offset is here. */
    boolean reaches(long offset) {
        Map.Entry<Long, Publication> oldest = messages.firstEntry();
        return offset <= newest
                && offset >= (oldest == null ? newest : oldest.getValue().previous());
    }

    /** The first message behind an offset, or null if there is none. */
    @Nullable Publication behind(long offset) {
        Map.Entry<Long, Publication> next = messages.higherEntry(offset);
        return next == null ? null : next.getValue();
    }

    /** The message at an offset, or null if it is not here. */
    @Nullable Publication at(long offset) {
        return messages.get(offset);
    }

    /** Which messages are here, as a backplane calls them. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>();
        for (Publication each : messages.values()) {
            ids.add(each.id());
        }
        return ids;
    }
}
