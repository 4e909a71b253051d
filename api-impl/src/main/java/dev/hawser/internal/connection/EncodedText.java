package dev.hawser.internal.connection;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the UTF-8 of the last long text, so that a loop which sends one String to many sessions encodes it once.
 * Strings are compared by identity: they cannot change. Thread-safe by publishing an immutable pair; a lost race only
 * encodes once more.
 */
final class EncodedText {
    /** Below this, encoding is cheaper than looking. */
    static final int WORTH_REMEMBERING = 256;

    private record Pair(String text, byte[] utf8) {}

    private volatile @Nullable Pair last;

    /** The UTF-8 of {@code text}. Nobody may change the array. */
    @SuppressWarnings(
            "ReferenceEquality") // identity is the point: comparing the characters costs as much as encoding them
    byte[] utf8(String text) {
        if (text.length() < WORTH_REMEMBERING) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        Pair pair = last;
        if (pair == null || pair.text != text) {
            pair = new Pair(text, text.getBytes(StandardCharsets.UTF_8));
            last = pair;
        }
        return pair.utf8;
    }

    /** Lets go of what is remembered. Called at the end of each turn. */
    void forget() {
        if (last != null) {
            last = null;
        }
    }
}
