package dev.hawser.internal.session;

/** The place of one session under the caps on sessions. Thread-safe. */
public interface SessionPlace {
    /** The place of a session that no cap counts. */
    SessionPlace NONE = () -> {};

    /** Called when the session has gone, or will not begin. Only the first call counts. */
    void giveBack();
}
