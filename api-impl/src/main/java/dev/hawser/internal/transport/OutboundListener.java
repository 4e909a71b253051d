package dev.hawser.internal.transport;

/** What an {@link OutboundQueue} tells its connection, never under the queue's lock. */
public interface OutboundListener {
    /** The bounds had been reached, and there is room again. */
    void onRoom();

    /** A write does not complete at once: from now on its deadline runs. */
    void onWritePending();

    /**
     * A send with a completion has ended; told in order. If it throws, it has not taken the send, and is called again.
     */
    void onCompleted(PendingSend ended);

    /** An extension has run, under the queue's lock: what it did to its connection can be carried out now. */
    void onEncoded();

    /** The transport failed. Called once. */
    void onWriteFailed(Throwable cause);
}
