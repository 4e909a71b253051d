package dev.hawser.internal.connection;

/** The reading side of a connection, for the objects that take what was read, and that call the endpoint. */
interface Reading extends Inbox.Resumable {
    /** Whether the calling thread is reading or parsing now. */
    boolean isReadingThread();

    /** Notes that a turn must run once the reading thread has parsed. Called by that thread. */
    void oweTurn();

    /** A ping has come: its pong is sent at the end of this reading. Called by the reading thread. */
    void pinged(byte[] payload);

    /** The memory of a text that is being delivered, in bytes. Called by the reading thread. */
    int sizeOf(String text);
}
