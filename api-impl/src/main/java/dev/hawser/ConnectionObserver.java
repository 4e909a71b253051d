package dev.hawser;

import dev.hawser.extension.Opcode;

/**
 * An observer is told what happens to the connections of a container, for metrics, traces and logs. Override what you
 * need, and add the observer with {@link HawserContainer#addObserver} or {@code HawserClient.addObserver}.
 *
 * <pre>{@code
 * container.addObserver(new ConnectionObserver() {
 *     public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
 *         registry.counter("websocket.closes", "cause", cause.name()).increment();
 *     }
 * });
 * }</pre>
 *
 * <p>An observer is called on the thread on which the event happens. That may be a reading thread, which serves other
 * connections, too. Hawser holds none of its locks during a call, except the lock of an encoder that sends a stream,
 * and that of a topic whose publisher is faster than its receivers. Calls for different connections overlap. Calls
 * about what one connection sends and receives come one at a time; a call may come while the same thread is still in
 * another call for that connection. So an observer must be thread-safe and quick: it must neither wait nor send. Put an
 * observer that does input or output behind a {@link QueuedObserver}.
 *
 * <p>Exceptions and errors of an observer change nothing; a limited number of them is logged. The first call that takes
 * more than 10 ms is logged, too. After ten such calls, if they are more than 1 % of all, the observer is removed, with
 * a warning in the log.
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
     * observer is removed during the callback. An observer that is added during it gets neither call.
     */
    default void callbackBegan(ObservedConnection connection, ObservedCallback callback) {}

    /**
     * A callback of a connection has run for a second or more. The timer, which looks twice a second, makes this call
     * after one second, and again after two, four, and so on. With {@link Dispatch#EVENT_LOOP} the time may be that of
     * several callbacks in a row, and all other connections of the loop wait for them.
     *
     * @param nanos for how long at least, in nanoseconds
     * @param thread runs the callback; its stack shows what the callback waits for
     */
    default void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {}

    /**
     * A callback of the endpoint has returned or thrown.
     *
     * @param nanos how long it took, in nanoseconds, with decoding and encoding, and with the sends that it waited for
     */
    default void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {}

    /**
     * The outbound queue of a connection is longer than ever before. This is called at 16 KiB, and each time the
     * longest queue has doubled.
     *
     * @param bytes the bytes of memory that wait, as {@link Setting#OUTBOUND_BYTES} counts them
     */
    default void queueHighWater(ObservedConnection connection, long bytes) {}

    /**
     * All connections of the JVM together hold more than {@link Setting#MEMORY_BUDGET}. The timer of each application
     * whose connections hold some of it makes one call, and the next one only after an eighth of the budget was free
     * again.
     *
     * @param heldBytes what they hold
     * @param budget the budget in bytes
     */
    default void memoryBudgetReached(long heldBytes, long budget) {}

    /**
     * A send of a message has failed, perhaps because the connection has ended: this may come after {@link #ended}.
     * Messages of a topic are never waited for, so there is no call for them.
     */
    default void sendFailed(ObservedConnection connection, Throwable failure) {}

    /**
     * A connection has ended, and its {@code onClose} has returned. This is the last call for a connection, except
     * {@link #sendFailed} for what was still queued. It is the only one for a connection that was accepted and never
     * opened.
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
