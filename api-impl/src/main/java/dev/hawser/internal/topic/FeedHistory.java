package dev.hawser.internal.topic;

import org.jspecify.annotations.Nullable;

/** The history of a topic, as its {@link TopicFeed} sees it. Called with the topic's lock held. */
interface FeedHistory {
    /** Whether the topic has a history according to its current options. */
    boolean keeps();

    /** The messages of the history that are here; null before the first read has ended. */
    @Nullable TopicHistory history();

    void history(@Nullable TopicHistory begun);

    /** The time by which messages grow old, see {@link TopicHistory}. */
    long now();

    /** Drops messages that are too old or too many. */
    void trim(TopicHistory history);

    /** Tells all sessions with envelopes that messages are missing. They continue at the newest offset. */
    void tellGap(TopicHistory where, Attention attention);

    /** Tells a member its position, if it still waits. */
    void judge(Member member, Wishes.@Nullable Wish wish, Attention attention);
}
