package dev.hawser.topic;

/**
 * The counts of one topic or of all, at one moment.
 *
 * <pre>{@code
 * gauge("topics.dropped", () -> topics.counts().dropped());
 * }</pre>
 *
 * @param published for all topics: how many messages this node has published, also those that failed or had no
 *     subscriber. For one topic: how many messages of any node have reached it on this node
 * @param delivered how often a session took a message
 * @param dropped how often a message that waited for a slow subscriber was dropped
 * @param closed how often a session was closed because it read too slowly
 * @since 0.1.0
 */
public record TopicCounts(long published, long delivered, long dropped, long closed) {}
