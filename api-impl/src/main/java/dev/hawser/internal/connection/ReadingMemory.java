package dev.hawser.internal.connection;

/** Watches the memory of a connection that is read. The reading thread calls it. */
interface ReadingMemory {
    /** The connection has opened. */
    void opened();

    /** A reading has ended. This may pause the next one. */
    void hasRead();
}
