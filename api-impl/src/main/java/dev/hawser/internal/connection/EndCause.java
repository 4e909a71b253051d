package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/**
 * The cause of a connection's end, for its endpoint and for the sends that fail. Guarded by {@link ConnectionState}.
 */
final class EndCause {
    /** The cause for onError if the stream ended in the middle of a message. */
    static final String CUT_SHORT = "the connection ended in the middle of a message";

    private @Nullable Throwable failure;
    private @Nullable Throwable breakage;
    private @Nullable String cutReason;
    private boolean cutShort;

    /** The failure came before a closing handshake was complete, so onError gets it. */
    void failed(Throwable by) {
        failure = by;
    }

    /** The transport cannot be used any more. */
    void broken(Throwable by) {
        breakage = by;
    }

    /** This side did not wait for the end. */
    void cut(String why) {
        cutReason = why;
    }

    /** The stream ended in the middle of a message. */
    void cutShort() {
        cutShort = true;
    }

    /** The cause for onError; null if it is {@link #CUT_SHORT}, or there is none. */
    @Nullable Throwable failure() {
        return failure;
    }

    /**
     * The text of the exceptions of sends and reads after the end.
     *
     * @param opened whether the connection was ever open
     */
    String words(boolean opened) {
        if (cutReason != null) {
            return cutReason;
        }
        if (breakage != null) {
            return "the connection broke: " + breakage.getMessage();
        }
        if (cutShort) {
            return CUT_SHORT;
        }
        return opened ? "the connection is closed" : "the connection never opened";
    }
}
