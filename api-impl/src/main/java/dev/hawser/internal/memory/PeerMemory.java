package dev.hawser.internal.memory;

import java.util.Set;

/**
 * A connection, as {@link MemoryWatch} sees it. One thread at a time looks, and calls the first three methods; the
 * others are called by the thread of the watch, perhaps while another looks. None of them waits for the peer or for
 * code of the application: what would have to, goes on on another thread. If one throws, it has done nothing, and is
 * called again after a later look.
 */
public interface PeerMemory {
    /**
     * Looks at what the connection holds, in bytes. That takes no lock, so the result may be a moment old. Between two
     * looks a peer that reads takes what waits for it.
     *
     * @return as {@link Holding#bytes}
     */
    long look();

    /** Looks closer; at any time. */
    Holding<PeerMemory> seen(long now);

    /**
     * Of the bytes in {@link #seen}, those of arrays that are already in {@code seen}: other connections hold them,
     * too. Adds the other arrays that may be shared.
     */
    long heldByOthers(Set<Object> seen);

    /** Nothing more is read before {@link #resumeReading}. */
    void pauseReading();

    /** Reading goes on soon, on another thread. */
    void resumeReading();

    /**
     * Fails the connection with 1013, and frees what has arrived of its unfinished message. If none is unfinished any
     * more, nothing is done.
     *
     * @param done called if it was, on any thread
     */
    void giveUpMessage(long now, Runnable done);

    /** Closes with 1013, and drops what still arrives. */
    void close(long now);

    /** Cuts the connection, which has not closed in time. */
    void cut();
}
