package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.transport.ExtensionFailedException;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a connection's end, for its endpoint and for the sends that fail. Guarded by {@link ConnectionState}.
 */
final class EndCause {
    /** The cause for onError if the stream ended in the middle of a message. */
    static final String CUT_SHORT = "the connection ended in the middle of a message";

    private @Nullable CloseCause first;
    private @Nullable Throwable failure;
    private @Nullable Throwable breakage;
    private @Nullable String cutReason;
    private boolean cutShort;

    /** The session begins to end for this reason. */
    void begins(CloseCause why) {
        first = why;
    }

    /** Why the session began to end; null as long as it does not. */
    @Nullable CloseCause first() {
        return first;
    }

    static CloseCause of(RemoteProtocolException violation) {
        return switch (violation.closeCode()) {
            case CloseCode.UNACCEPTABLE -> CloseCause.UNACCEPTABLE_MESSAGE;
            case CloseCode.NOT_CONSISTENT -> CloseCause.INVALID_PAYLOAD;
            case CloseCode.POLICY -> CloseCause.LIMIT_EXCEEDED;
            case CloseCode.TOO_BIG -> CloseCause.MESSAGE_TOO_BIG;
            case CloseCode.UNEXPECTED -> CloseCause.EXTENSION_FAILED;
            case CloseCode.TRY_AGAIN_LATER -> CloseCause.SHORT_OF_MEMORY;
            default -> CloseCause.PROTOCOL_ERROR;
        };
    }

    static CloseCause of(Throwable breakage) {
        if (breakage instanceof Error) {
            return CloseCause.INTERNAL_ERROR;
        }
        return breakage instanceof ExtensionFailedException
                ? CloseCause.EXTENSION_FAILED
                : CloseCause.CONNECTION_BROKEN;
    }

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
