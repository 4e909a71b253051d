package dev.hawser.internal.topic;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of one topic, numbered from 1. The numbers of another epoch, such as that after a restart, mean
 * other messages. The lock of the topic guards it.
 */
final class TopicHistory {
    private static final SecureRandom EPOCHS = new SecureRandom();

    private final String epoch = Long.toString(EPOCHS.nextLong() >>> 1, 36);
    private final TreeMap<Long, Publication> messages = new TreeMap<>();
    /** When each of them was published, as of {@link System#nanoTime}. */
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    private long newest;

    String epoch() {
        return epoch;
    }

    /** The offset of the last message, 0 if there never was one. */
    long newest() {
        return newest;
    }

    void add(Publication message, int most, Duration age, long now) {
        message.place(epoch, newest + 1);
        messages.put(newest + 1, message);
        times.add(now);
        newest++;
        trim(most, age, now);
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
        return offset >= newest - messages.size() && offset <= newest;
    }

    /** The message at an offset, or null if it is not here any more, or not yet. */
    @Nullable Publication at(long offset) {
        return messages.get(offset);
    }
}
