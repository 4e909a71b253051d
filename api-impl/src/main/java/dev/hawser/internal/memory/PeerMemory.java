package dev.hawser.internal.memory;

import java.util.Set;

/**
 * A connection, as {@link MemoryWatch} sees it. Only the thread of the watch calls the methods. None of them waits for
 * the peer, and none runs code of the application; {@link #giveUpMessage} waits until the engine has parsed its piece.
 */
public interface PeerMemory {
    /**
     * Looks at what the connection holds, in bytes. That takes no lock, so the result may be a moment old.
     *
     * @return as {@link Holding#bytes}
     */
    long look();

    /** What the last {@link #look} saw. */
    Holding<PeerMemory> seen(long now);

    /**
     * Of the bytes in {@link #look}, those of arrays that are already in {@code seen}: other connections hold them,
     * too. Adds the other arrays that may be shared.
     */
    long heldByOthers(Set<Object> seen);

    /** Nothing more is read before {@link #resumeReading}. */
    void pauseReading();

    /** Reading goes on soon, on another thread. */
    void resumeReading();

    /**
     * Fails the connection with 1013, and frees what has arrived of its unfinished message.
     *
     * @return false if no message is unfinished any more; nothing is done then
     */
    boolean giveUpMessage(long now);

    /** Closes with 1013, and drops what still arrives. */
    void close(long now);

    /** Cuts the connection, which has not closed in time. */
    void cut();
}
