package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/** What has ended a connection, for its endpoint and for the sends that fail. {@link ConnectionState} guards it. */
final class EndCause {
    /** What onError tells if the stream ended in the middle of a message. */
    static final String CUT_SHORT = "the connection ended in the middle of a message";

    private @Nullable Throwable failure;
    private @Nullable Throwable breakage;
    private @Nullable String cutReason;
    private boolean cutShort;

    /** Before a closing handshake was complete: the endpoint's onError tells it. */
    void failed(Throwable by) {
        failure = by;
    }

    /** The transport is of no more use. */
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

    /** What onError tells of the end; null if that is {@link #CUT_SHORT}, or nothing. */
    @Nullable Throwable failure() {
        return failure;
    }

    /**
     * Why sends and reads fail from now on.
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
