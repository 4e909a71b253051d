package dev.hawser.internal.transport;

/** The connection of an {@link OutboundQueue}, which calls it without its lock. */
public interface OutboundListener {
    /** The bounds had been reached, and there is room again. */
    void onRoom();

    /** A write did not complete at once: its deadline begins. */
    void onWritePending();

    /**
     * A send with a completion has ended; called in order. If it throws, it has not taken the send, and is called
     * again.
     */
    void onCompleted(PendingSend ended);

    /**
     * An extension that ran with the queue's lock held has returned. If it has ended its connection, that can be
     * carried out now.
     */
    void onEncoded();

    /** The transport failed. Called once. */
    void onWriteFailed(Throwable cause);
}
