package dev.hawser.internal.connection;

/**
 * The actions that {@link ConnectionState} asks for, in their order within a lane. An action that throws is tried
 * again, unless its comment says otherwise.
 */
enum ConnectionAction {
    /** Sets up the session and queues onOpen. transportOpened claims it; sessionReady or openingFailed settles it. */
    QUEUE_OPENED(Lane.ENDPOINT),
    /** Takes the session out of getOpenSessions. */
    LEAVE(Lane.ENDPOINT),
    START_CLOSE_DEADLINE(Lane.ENDPOINT),
    /** If it throws, its bytes may have been sent, so it is not tried again: the transport is aborted instead. */
    SEND_CLOSE(Lane.OUTPUT),
    /** If it throws, the transport is aborted instead. */
    SHUT_OUTPUT(Lane.OUTPUT),
    /** If it throws, the transport is aborted instead. */
    CLOSE_TRANSPORT(Lane.TRANSPORT),
    ABORT_TRANSPORT(Lane.TRANSPORT),
    /** Fails all waiting sends. */
    END_OUTPUT(Lane.TRANSPORT),
    /** Releases what the engine holds, and fails a stream that is being read. */
    END_INPUT(Lane.TRANSPORT),
    QUEUE_PEER_CLOSED(Lane.ENDPOINT),
    QUEUE_FAILED(Lane.ENDPOINT),
    QUEUE_ENDED(Lane.ENDPOINT),
    /** Takes the session out of the registry, so that nothing waits for it any more. */
    FORGET(Lane.ENDPOINT),
    /** Ends the timer's entry. What fails later makes a new one. */
    END_DEADLINES(Lane.ENDPOINT);

    /**
     * Actions of one lane never overlap. Lanes do not wait for each other: a write that hangs does not delay an abort.
     */
    enum Lane {
        OUTPUT,
        TRANSPORT,
        ENDPOINT
    }

    final Lane lane;

    /** The bit in a set of actions. It is a field, because a method call could throw a StackOverflowError. */
    @SuppressWarnings("EnumOrdinal") // the set is only in memory, and never stored
    final int bit = 1 << ordinal();

    ConnectionAction(Lane lane) {
        this.lane = lane;
    }

    static int set(ConnectionAction... actions) {
        int set = 0;
        for (ConnectionAction action : actions) {
            set |= action.bit;
        }
        return set;
    }
}
