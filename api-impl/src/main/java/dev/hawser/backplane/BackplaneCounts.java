package dev.hawser.backplane;

/**
 * The state of a node's connection to its backplane, at one moment.
 *
 * <pre>{@code
 * gauge("topics.backplane.dropped", () -> topics.backplane().dropped());
 * }</pre>
 *
 * @param connected whether the broker is connected
 * @param waitingBytes the bytes of messages that are on their way to the broker
 * @param sent how many messages the broker has accepted
 * @param dropped how many it has not accepted, because too many bytes waited, or it was away
 * @param received how many messages of other nodes, and of histories, have come
 * @param missed how many messages found no room here, and how often the connection had left a hole. Messages of
 *     histories are asked for again; live ones are lost
 * @since 0.1.0
 */
public record BackplaneCounts(
        boolean connected, long waitingBytes, long sent, long dropped, long received, long missed) {}
