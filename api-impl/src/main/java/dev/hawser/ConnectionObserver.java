package dev.hawser;

import dev.hawser.extension.Opcode;

/**
 * Is told what happens to the connections of a container: for metrics, traces and logs. Override what you need, and add
 * it with {@link HawserContainer#addObserver} or {@code HawserClient.addObserver}.
 *
 * <pre>{@code
 * container.addObserver(new ConnectionObserver() {
 *     public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
 *         registry.counter("websocket.closes", "cause", cause.name()).increment();
 *     }
 * });
 * }</pre>
 *
 * <p>Calls come on the thread of what happened, such as a reading thread that serves other connections, too; none of
 * Hawser's locks is held, save that of an encoder that sends a stream, and of a topic whose publisher is faster than
 * its receivers. Calls for different connections overlap. Those for what a connection sends and receives come one at a
 * time, and may come on the thread that has just reported something else of it. So an observer must be thread-safe and
 * quick: it must neither wait nor send. One that does input or output goes behind a {@link QueuedObserver}.
 *
 * <p>What an observer throws, errors included, is logged, a limited number of times, and changes nothing. The first
 * call that takes more than 10 ms is logged; an observer is taken out, with a warning, once ten calls were so slow, if
 * they are more than one in a hundred.
 *
 * @since 0.1.0
 */
public interface ConnectionObserver {
    /**
     * An opening handshake begins: {@link #handshakeDecided} follows, on the same thread, even if the observer is
     * removed meanwhile. One that is added meanwhile is told neither.
     *
     * @param endpoint as in {@link ObservedConnection#endpoint}
     * @param client whether this side is the client
     */
    default void handshakeBegan(String endpoint, boolean client) {}

    /** An opening handshake was accepted, refused, or has failed. */
    default void handshakeDecided(ObservedHandshake handshake) {}

    /** A connection is open, and its {@code onOpen} is called next. {@link #ended} follows. */
    default void opened(ObservedConnection connection) {}

    /** The header of a frame has come. */
    default void frameReceived(ObservedConnection connection, ObservedFrame frame) {}

    /** A frame is queued; {@code sendFailed} or {@code ended} may tell that it did not reach the network. */
    default void frameSent(ObservedConnection connection, ObservedFrame frame) {}

    /**
     * A message has come to its end, whether a handler takes it or not.
     *
     * @param kind TEXT or BINARY
     * @param bytes its size after extensions have decoded it
     */
    default void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {}

    /**
     * A message is queued to its end.
     *
     * @param kind TEXT or BINARY
     * @param bytes its size before extensions encode it
     */
    default void messageSent(ObservedConnection connection, Opcode kind, long bytes) {}

    /**
     * A callback of the endpoint is called next: {@link #callbackReturned} follows, on the same thread, even if the
     * observer is removed meanwhile. One that is added meanwhile is told neither.
     */
    default void callbackBegan(ObservedConnection connection, ObservedCallback callback) {}

    /**
     * Callbacks of a connection have not returned for a second or more, and still run. Told by the timer, which looks
     * twice a second: for the first time after a second, and again each time that doubles. With the dispatch {@link
     * Dispatch#EVENT_LOOP} it may be a row of callbacks, all other connections of the loop wait for it.
     *
     * @param nanos for how long at least, in nanoseconds
     * @param thread runs the callback; its stack says what that waits for
     */
    default void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {}

    /**
     * A callback of the endpoint has returned or thrown.
     *
     * @param nanos how long it took, in nanoseconds, with decoding and encoding, and with the sends that it waited for
     */
    default void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {}

    /**
     * More waits in the outbound queue than ever before: told at 16 KiB, and each time that doubles.
     *
     * @param bytes what waits, in bytes of memory, as {@link Setting#OUTBOUND_BYTES} counts it
     */
    default void queueHighWater(ObservedConnection connection, long bytes) {}

    /**
     * All connections of the Java machine hold more than {@link Setting#MEMORY_BUDGET}. Told by the timer of each
     * application whose connections hold some of it, once each time until an eighth of the budget is free again.
     *
     * @param heldBytes what they hold
     * @param budget the budget in bytes
     */
    default void memoryBudgetReached(long heldBytes, long budget) {}

    /** A send of a message has failed: its exception. Not told for a topic's messages, which are never waited for. */
    default void sendFailed(ObservedConnection connection, Throwable failure) {}

    /**
     * A connection has ended, and its {@code onClose} has returned. The last call for it, and the only one for a
     * connection that was accepted and never opened.
     *
     * @param closeCode the code that {@code onClose} got, such as 1006; 1006 if there was no {@code onClose}
     */
    default void ended(ObservedConnection connection, CloseCause cause, int closeCode) {}

    /**
     * This observer was taken out, because too many of its calls were slow: it is told nothing more, but for what has
     * begun. What it counts is incomplete from now on. Not called for {@link HawserContainer#removeObserver}.
     */
    default void takenOut() {}
}
