package dev.hawser.internal.protocol;

/**
 * Something that holds memory for a peer, and can tell how much. The methods may be called by any thread, without the
 * locks of the object's users: they read one field at a time, and their results may be a moment old.
 */
public interface HeldMemory {
    /** All that it holds, in bytes of heap and of native memory. */
    long heldBytes();

    /** What of that it holds for a message that has begun and not ended. */
    long heldForMessage();
}
