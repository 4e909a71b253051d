package dev.hawser.internal.topic;

import org.jspecify.annotations.Nullable;

/**
 * The time in which one topic with history goes on within this node, because its broker is away. What is published then
 * has a history of its own; the copy of the broker's is set aside until the broker is back. Guarded by the topic's
 * lock.
 */
final class LocalEpoch {
    private final FeedHistory history;
    private boolean begun;
    /** Whether sessions have not yet been told that it has ended. */
    private boolean untold;
    /** The copy of the broker's history; null if that has never been read. */
    private @Nullable TopicHistory aside;

    LocalEpoch(FeedHistory history) {
        this.history = history;
    }

    boolean isBegun() {
        return begun;
    }

    /** Begins. Sessions with envelopes are told that they may miss what other nodes publish. */
    void begin(Attention attention) {
        TopicHistory local = new TopicHistory(); // first: there may be no memory
        aside = history.history();
        begun = true;
        history.history(local);
        history.tellGap(local, attention);
    }

    /** The copy of the broker's history, also while it is set aside; null if that has never been read. */
    @Nullable TopicHistory shared() {
        return begun ? aside : history.history();
    }

    /**
     * Ends, if it has begun: the copy of the broker's history is the topic's again. Returns whether sessions must be
     * told so; {@link #told} follows when they have been.
     */
    boolean end() {
        if (begun) {
            history.history(aside);
            begun = false;
            aside = null;
            untold = true;
        }
        return untold;
    }

    void told() {
        untold = false;
    }
}
