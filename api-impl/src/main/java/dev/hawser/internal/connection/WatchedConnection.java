package dev.hawser.internal.connection;

/** What the timer of {@link SessionTimeouts} looks at beside the deadlines. */
interface WatchedConnection {
    /** Whether nothing is read, so that the silence of the peer says nothing. */
    boolean isReadingPaused();

    /** Has ended sends told, where that threw before. */
    void scheduleCompletedSends();

    /** Has a turn run that could not be scheduled before. */
    void payOwedTurn();
}
