package dev.hawser.internal.endpoint;

/** The native kinds of messages; a session has at most one handler for each (Jakarta WebSocket 2.1.3). */
public enum MessageKind {
    TEXT,
    BINARY,
    PONG;

    /** The word for it in error messages. */
    String word() {
        return switch (this) {
            case TEXT -> "text";
            case BINARY -> "binary";
            case PONG -> "pong";
        };
    }
}
