package dev.hawser.internal.connection;

import dev.hawser.internal.transport.Transport;

/**
 * Decides who reads next from a connection: the event loop, or a worker in the parsing turn, behind all turns that are
 * not heavy. An event loop that shares the processors with others has no time for many peers that flood beside those
 * that send little. Only the reading thread calls it, apart from {@link #eventLoopHasRead}.
 */
final class ReadingPlace {
    private final ReadingLoad load;
    /** Whether callbacks run on the event loop, so that no worker may read. */
    private final boolean eventLoop;
    /** Whether nothing was read yet. */
    private boolean fresh = true;
    /** Whether the last reading used up its time, and left something. */
    private boolean floods;

    private boolean owed;

    ReadingPlace(ReadingLoad load, boolean eventLoop) {
        this.load = load;
        this.eventLoop = eventLoop;
    }

    /**
     * Whether a worker does the reading that is due: if the event loop is busy, and the peer floods or is new. Then
     * {@link #takeOwed} tells the worker.
     */
    boolean isLeftToWorker(Transport from, long now) {
        owed = !eventLoop && (floods || fresh) && load.isBusy(now) && from.mayBeReadAnywhere();
        return owed;
    }

    /** Whether a reading was left to the worker that asks; it is told once. */
    boolean takeOwed() {
        boolean was = owed;
        owed = false;
        return was;
    }

    /**
     * A reading has ended.
     *
     * @param leftSome whether it used up its time, and left something
     */
    void hasRead(boolean leftSome) {
        fresh = false;
        floods = leftSome;
    }

    /** The event loop did a reading. */
    void eventLoopHasRead(long began, long ended) {
        load.read(began, ended);
    }
}
