package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/** One thing that happened to a session and that its endpoint is to be told, in order. */
final class InboundEvent {
    enum Kind {
        TEXT(false),
        BINARY(false),
        PONG(false),
        /** The session was opened. */
        OPENED(true),
        /** A SendHandler of the application threw, beside the session's turns; the payload is what it threw. */
        HANDLER_FAILED(true),
        /** Something failed that is not an exception of a callback; the payload is a Throwable. */
        FAILED(true),
        /** The peer's close frame came, and its answer is owed once the messages before it have been handled. */
        PEER_CLOSED(true),
        /** The last event; the payload is the CloseReason. */
        ENDED(true);

        private final boolean control;

        Kind(boolean control) {
            this.control = control;
        }

        /** Whether the event is delivered even while the peer does not read. */
        boolean isControl() {
            return control;
        }
    }

    final Kind kind;
    final Object payload;
    /** The payload's size in bytes or characters. */
    final int size;
    /**
     * Whether the payload is a part of a message, and was received under the limit of such messages; it may be the only
     * one.
     */
    final boolean part;
    /** Whether the payload is the last part of its message; true for whole ones. */
    final boolean last;
    /** Whether it has come into the inbox, so that a second try changes nothing; guarded by the inbox. */
    boolean added;
    /** The next event in the inbox; guarded by the inbox. */
    @Nullable InboundEvent next;

    private InboundEvent(Kind kind, Object payload, int size, boolean part, boolean last) {
        this.kind = kind;
        this.payload = payload;
        this.size = size;
        this.part = part;
        this.last = last;
    }

    InboundEvent(Kind kind, Object payload, int size) {
        this(kind, payload, size, false, true);
    }

    InboundEvent(Kind kind, Object payload) {
        this(kind, payload, 0);
    }

    static InboundEvent part(Kind kind, Object payload, int size, boolean last) {
        return new InboundEvent(kind, payload, size, true, last);
    }
}
