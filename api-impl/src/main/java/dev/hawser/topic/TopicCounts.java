package dev.hawser.topic;

/**
 * What was counted, at one moment.
 *
 * <pre>{@code
 * gauge("topics.dropped", () -> topics.counts().dropped());
 * }</pre>
 *
 * @param published messages
 * @param delivered how often a session took one
 * @param dropped how often one was dropped that waited for a slow subscriber
 * @param closed how often a session was closed because it read too slowly
 * @since 0.1.0
 */
public record TopicCounts(long published, long delivered, long dropped, long closed) {}
