package dev.hawser;

/**
 * A callback of an endpoint, of which a {@link ConnectionObserver} is told.
 *
 * <pre>{@code
 * if (callback == ObservedCallback.MESSAGE) {
 *     messages.record(nanos);
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public enum ObservedCallback {
    /** {@code onOpen}. */
    OPEN,
    /** A handler of text or binary messages. */
    MESSAGE,
    /** A handler of pongs. */
    PONG,
    /** {@code onError}. */
    ERROR,
    /** {@code onClose}. */
    CLOSE
}
