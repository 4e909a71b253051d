package dev.hawser.internal.connection;

import dev.hawser.internal.transport.Transport;
import org.jspecify.annotations.Nullable;

/** The parts of a connection on which {@link ConnectionEnd} carries out its actions. */
interface ConnectionParts {
    /** The transport; null before it has opened. */
    @Nullable Transport transport();

    ConnectionListener listener();

    Deadlines timeouts();

    /** Schedules the SendHandlers of ended sends, if any wait. */
    void scheduleCompletedSends();

    /** Queues an event for the endpoint. Returns false if the last event was queued before. */
    boolean enqueue(InboundEvent event);

    /** Called when the connection has no further callback and no transport. Any number of times. */
    void forget();

    /** Whether the calling thread runs a half of an extension, with the lock of that half held. */
    boolean isInExtension();

    /** Ends reading: the engine releases what it holds, and a stream that is being read fails with {@code why}. */
    void endInput(String why);
}
