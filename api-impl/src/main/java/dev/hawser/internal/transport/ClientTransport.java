package dev.hawser.internal.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The transport of a client's connection. While the connection is being made, the connecting thread uses it; then
 * {@link #start} gives it to its final listener.
 */
public interface ClientTransport extends Transport {
    /** Whether the connection was not yet closed or aborted, and has not failed. */
    boolean isOpen();

    /** Replaces the listener, without a call of {@link TransportListener#onOpen}. */
    void listener(TransportListener next);

    /**
     * Calls the listener's {@code onOpen} on the network's thread; its other methods follow.
     *
     * @param ended runs once, after the listener's {@code onClosed}
     * @return completes when {@code onOpen} has returned or thrown
     */
    CompletableFuture<Void> start(TransportListener next, ByteBuffer early, Runnable ended);
}
