package dev.hawser.internal.connection;

/** What the timer of {@link SessionTimeouts} checks apart from deadlines. */
interface WatchedConnection {
    /** Whether nothing is read now, so that the peer's silence means nothing. */
    boolean isReadingPaused();

    /** Schedules the handlers of ended sends that could not be scheduled or run before. */
    void scheduleCompletedSends();

    /** Schedules a turn that could not be scheduled before. */
    void payOwedTurn();
}
