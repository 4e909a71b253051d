package dev.hawser.internal.memory;

import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One application's line in the account of the JVM, which all applications share, also those that have their own copy
 * of Hawser in another class loader. The account is the text of one system property: so it refers to nothing of ours
 * and keeps no application alive, and an operator can read it. A writer drops the lines that were not written for some
 * seconds, of applications that have ended without {@link #close}. Thread-safe.
 */
public final class MemoryAccount {
    /** The system property. The number is the version of the text: lines of numbers, which only we write. */
    static final String KEY = "dev.hawser.internal.memory.1";

    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String BETWEEN_LINES = ";";
    private static final String BETWEEN_NUMBERS = " ";
    private static final int NUMBERS = 6;

    private final String key;
    private final LongSupplier nanoTime;
    private final String id = UUID.randomUUID().toString();

    /** What {@link #all} has found last: each handshake asks, and the text seldom changes. */
    private volatile @Nullable Known known;

    /**
     * The sum of a text.
     *
     * @param until the time at which the first of its lines counts no more
     */
    private record Known(String text, MemoryTotals sum, long until) {}

    /** A line in the account of the JVM. */
    public MemoryAccount() {
        this(KEY, System::nanoTime);
    }

    /**
     * A line in another account.
     *
     * @param key its system property
     * @param nanoTime the same clock for all users of the key
     */
    public MemoryAccount(String key, LongSupplier nanoTime) {
        this.key = key;
        this.nanoTime = nanoTime;
    }

    /** What all others hold. */
    public MemoryTotals others() {
        return sum(System.getProperty(key), true);
    }

    /** What all hold, this line included. */
    public MemoryTotals all() {
        String text = System.getProperty(key);
        if (text == null) {
            return MemoryTotals.NOTHING;
        }
        Known found = known;
        if (found == null || !found.text.equals(text) || found.until - nanoTime.getAsLong() <= 0) {
            long until = endOfFirst(text); // first, so that no line that is in the sum has ended before
            found = new Known(text, sum(text, false), until);
            known = found;
        }
        return found.sum;
    }

    /** Writes this line. Returns what all hold. */
    public MemoryTotals write(MemoryTotals own) {
        String line = String.join(
                BETWEEN_NUMBERS,
                id,
                Long.toString(nanoTime.getAsLong()),
                Long.toString(own.held()),
                Long.toString(own.staying()),
                Long.toString(own.above()),
                Long.toString(own.connections()));
        replace(line);
        return all();
    }

    /** Takes this line out. */
    public void close() {
        replace(null);
    }

    /** In one step, so that no line of another application is lost. */
    private void replace(@Nullable String line) {
        System.getProperties().compute(key, (same, before) -> {
            StringJoiner lines = new StringJoiner(BETWEEN_LINES);
            lines.setEmptyValue("");
            for (String other : lines(before)) {
                if (isAlive(other) && !isOwn(other)) {
                    lines.add(other);
                }
            }
            if (line != null) {
                lines.add(line);
            }
            String after = lines.toString();
            return after.isEmpty() ? null : after;
        });
    }

    private MemoryTotals sum(@Nullable String text, boolean withoutOwn) {
        MemoryTotals sum = MemoryTotals.NOTHING;
        for (String line : lines(text)) {
            if (isAlive(line) && !(withoutOwn && isOwn(line))) {
                String[] numbers = line.split(BETWEEN_NUMBERS);
                sum = sum.plus(new MemoryTotals(
                        Long.parseLong(numbers[2]),
                        Long.parseLong(numbers[3]),
                        Long.parseLong(numbers[4]),
                        Long.parseLong(numbers[5])));
            }
        }
        return sum;
    }

    /** When the first of the lines that count now counts no more. */
    private long endOfFirst(String text) {
        long now = nanoTime.getAsLong();
        long left = LOST_NANOS;
        for (String line : lines(text)) {
            if (isAlive(line)) {
                left = Math.min(left, written(line.split(BETWEEN_NUMBERS)) + LOST_NANOS - now);
            }
        }
        return now + left;
    }

    private static String[] lines(@Nullable Object text) {
        return text instanceof String lines && !lines.isEmpty() ? lines.split(BETWEEN_LINES) : new String[0];
    }

    private boolean isOwn(String line) {
        return line.startsWith(id);
    }

    private boolean isAlive(String line) {
        String[] numbers = line.split(BETWEEN_NUMBERS);
        return numbers.length == NUMBERS && nanoTime.getAsLong() - written(numbers) < LOST_NANOS;
    }

    private static long written(String[] numbers) {
        return Long.parseLong(numbers[1]);
    }
}
