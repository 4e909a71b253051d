package dev.hawser.internal.connection;

/** The reading side of a connection, as those see it who take what was read, and who call the endpoint with it. */
interface Reading {
    /** Whether the calling thread reads, or parses what was read, at the moment. */
    boolean isReadingThread();

    /** A turn is to run once the reading thread has parsed what it read. Called by that thread. */
    void oweTurn();

    /**
     * Has the turns run that are owed. Called by the reading thread between two pieces of its work. Returns false if it
     * has spent its time on this connection, and a turn is still owed.
     */
    boolean payOwedTurns();

    /** The callbacks have caught up: goes on to parse, or to read. Any thread. */
    void resumeReading();

    /** A ping has come: its pong goes out with the end of this reading. Called by the reading thread. */
    void pinged(byte[] payload);

    /** What a text that is being delivered takes in memory, in bytes. Called by the reading thread. */
    int sizeOf(String text);
}
