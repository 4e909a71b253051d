package dev.hawser.internal.connection;

import dev.hawser.internal.transport.Transport;
import org.jspecify.annotations.Nullable;

/** What the end of a connection is carried out on: see {@link ConnectionEnd}. */
interface ConnectionParts {
    /** Null before it has opened. */
    @Nullable Transport transport();

    ConnectionListener listener();

    Deadlines timeouts();

    /** Has the SendHandlers of ended sends called, if that is due. */
    void scheduleCompletedSends();

    /** Has the endpoint called with the event, after all that came before. Returns false if it comes after the last. */
    boolean enqueue(InboundEvent event);

    /** Whether the calling thread is in a half of an extension, which it calls under the lock of that half. */
    boolean isInExtension();

    /** Nothing more is read: the engine gives back what it holds, and who reads a stream is told why. */
    void endInput(String why);
}
