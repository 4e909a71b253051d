package dev.hawser.internal.observe;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection only while somebody watches: where its messages are, and the events that wait. It is
 * made for the first event, so that a connection that nobody watches does not hold it. If that is in the middle of a
 * message, what came before is not known.
 *
 * <p>The fields of what is sent are guarded by the outbound queue's lock, those of what is received by the engine's.
 */
final class WatchedState {
    /** Thread-safe. */
    final RecordedEvents recorded = new RecordedEvents();

    /** The decoded bytes of the message that is being sent. */
    long sentBytes;

    /** So many bytes have to wait before {@link ConnectionEvents#waiting} is told again. */
    long nextMark = ConnectionEvents.FIRST_MARK;
    /** Whether the message that is being sent is text that no extension has encoded. */
    boolean plainTextSent;

    /** Whether the message that is being received is text that no extension has encoded. */
    boolean plainTextReceived;
    /** The length of a received close frame whose code is not yet known, or -1. */
    int closeLength = -1;
    /** The payload that is being received, if it is shown; written with the engine's lock held, read without it. */
    volatile @Nullable ComingPayload coming;
}
