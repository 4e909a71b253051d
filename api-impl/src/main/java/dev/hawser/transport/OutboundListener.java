package dev.hawser.transport;

import java.util.List;

/** What an {@link OutboundQueue} tells its connection, never under the queue's lock. */
public interface OutboundListener {
    /** The bounds had been reached, and there is room again. */
    void onRoom();

    /** A write does not complete at once: from now on its deadline runs. */
    void onWritePending();

    /** Sends with a completion have ended, in order. */
    void onCompleted(List<PendingSend> ended);

    /** The transport failed. Called once. */
    void onWriteFailed(Throwable cause);
}
