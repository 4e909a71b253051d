package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/** One event for the endpoint of a session; events are delivered in order. */
final class InboundEvent {
    enum Kind {
        TEXT(false),
        BINARY(false),
        PONG(false),
        /** The session was opened. */
        OPENED(true),
        /** A SendHandler threw, outside the session's turns; the payload is what it threw. */
        HANDLER_FAILED(true),
        /** The connection failed, or the peer broke a rule; {@link ConnectionState#failure} has the cause. */
        FAILED(true),
        /** The peer's close frame has come; its answer is due once the messages before it have been handled. */
        PEER_CLOSED(true),
        /** The last event: onClose. */
        ENDED(true);

        private final boolean control;

        Kind(boolean control) {
            this.control = control;
        }

        /** Whether the event is delivered even if the outbound queue is full. */
        boolean isControl() {
            return control;
        }
    }

    final Kind kind;
    final Object payload;
    /** The payload's size in bytes or characters. */
    final int size;
    /**
     * Whether the payload is a part of a message, and was received under the limit for parts; it may be the only part.
     */
    final boolean part;
    /** Whether the payload is the last part of its message; true for whole ones. */
    final boolean last;
    /** Whether the event was added to the inbox, so that a second attempt changes nothing; guarded by the inbox. */
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
