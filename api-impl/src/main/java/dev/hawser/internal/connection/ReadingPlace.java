package dev.hawser.internal.connection;

import dev.hawser.internal.transport.Transport;

/**
 * Decides who reads next from a connection: the event loop, or a worker in the parsing turn, behind all turns that are
 * not heavy. An event loop that shares the processors with others has no time for many peers that flood beside those
 * that send little. Only the reading thread calls it.
 */
final class ReadingPlace {
    private final ReadingLoad load;
    /** Whether callbacks run on the event loop, so that no worker may read. */
    private final boolean eventLoop;
    /** Whether nothing was read yet. */
    private boolean fresh = true;
    /** Whether the last reading used up its time, and left something. */
    private boolean floods;

    /** Whether a worker is to read. */
    private boolean owed;
    /** Whether a worker reads. */
    private boolean onWorker;

    ReadingPlace(ReadingLoad load, boolean eventLoop) {
        this.load = load;
        this.eventLoop = eventLoop;
    }

    /**
     * Called when a reading begins. Whether a worker does it instead: if the event loop is busy, and the peer floods or
     * is new. When the worker calls, it reads.
     */
    boolean isLeftToWorker(Transport from, long now) {
        onWorker = owed;
        owed = !onWorker && !eventLoop && (floods || fresh) && load.isBusy(now) && from.mayBeReadAnywhere();
        return owed;
    }

    /** Whether a reading was left to a worker, which has not begun it. */
    boolean isOwed() {
        return owed;
    }

    /**
     * A reading has ended.
     *
     * @param leftSome whether it used up its time, and left something
     */
    void hasRead(boolean leftSome, long began, long ended) {
        fresh = false;
        floods = leftSome;
        if (!onWorker) {
            load.read(began, ended);
        }
    }
}
