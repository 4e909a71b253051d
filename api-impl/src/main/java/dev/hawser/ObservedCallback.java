package dev.hawser;

/**
 * The kind of a callback that a {@link ConnectionObserver} is told about.
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
