package dev.hawser.internal.connection;

/**
 * What {@link ConnectionState} has done, in this order within a lane. One that throws is tried again, unless it says
 * otherwise.
 */
enum ConnectionAction {
    /** Sets the session up and queues onOpen. Claimed by transportOpened; settled by sessionReady or openingFailed. */
    QUEUE_OPENED(Lane.ENDPOINT),
    /** Takes the session out of getOpenSessions. */
    LEAVE(Lane.ENDPOINT),
    START_CLOSE_DEADLINE(Lane.ENDPOINT),
    /** Never sent again if it throws, since its bytes may be on their way: the transport is aborted instead. */
    SEND_CLOSE(Lane.OUTPUT),
    /** If it throws, the transport is aborted instead. */
    SHUT_OUTPUT(Lane.OUTPUT),
    /** If it throws, the transport is aborted instead. */
    CLOSE_TRANSPORT(Lane.TRANSPORT),
    ABORT_TRANSPORT(Lane.TRANSPORT),
    /** Fails all sends that wait. */
    END_OUTPUT(Lane.TRANSPORT),
    /** Has the engine give back what it holds, and fails a stream that is being read. */
    END_INPUT(Lane.TRANSPORT),
    QUEUE_PEER_CLOSED(Lane.ENDPOINT),
    QUEUE_FAILED(Lane.ENDPOINT),
    QUEUE_ENDED(Lane.ENDPOINT),
    /** Takes the session out of the registry: nobody waits for it any more. */
    FORGET(Lane.ENDPOINT),
    /** The last one, since the timer tries again what throws. */
    END_DEADLINES(Lane.ENDPOINT);

    /**
     * Actions of one lane never overlap. A lane does not wait for another one: a write that hangs does not delay an
     * abort.
     */
    enum Lane {
        OUTPUT,
        TRANSPORT,
        ENDPOINT
    }

    final Lane lane;

    /** In a set of actions. A field, since a call may find no stack. */
    @SuppressWarnings("EnumOrdinal") // a set in memory, which is never stored
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
