package dev.hawser.backplane;

/**
 * How a node stands to its backplane, at one moment.
 *
 * <pre>{@code
 * gauge("topics.backplane.dropped", () -> topics.backplane().dropped());
 * }</pre>
 *
 * @param connected whether the broker is there
 * @param waitingBytes of messages that are on their way to the broker
 * @param sent messages that the broker has taken
 * @param dropped messages that it has not: too much waited, or it was away
 * @param received messages of other nodes, and of histories
 * @param missed how often messages did not come, because too much waited here or the connection broke, and had to be
 *     asked for
 * @since 0.1.0
 */
public record BackplaneCounts(
        boolean connected, long waitingBytes, long sent, long dropped, long received, long missed) {}
