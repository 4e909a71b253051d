package dev.hawser.internal.connection;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the UTF-8 of the last long text, so that a loop that sends one String to many sessions encodes it once.
 * Strings are compared by identity, since they cannot change. Thread-safe: it publishes an immutable pair, and a lost
 * race only encodes once more.
 */
final class EncodedText {
    /** Encoding a shorter text is cheaper than the lookup. */
    static final int WORTH_REMEMBERING = 256;

    private record Pair(String text, byte[] utf8) {}

    private volatile @Nullable Pair last;

    /** The UTF-8 of {@code text}. The array must not be changed. */
    @SuppressWarnings("ReferenceEquality") // comparing the characters would cost as much as encoding them
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

    /** Forgets the text. Called at the end of each turn. */
    void forget() {
        if (last != null) {
            last = null;
        }
    }
}
