package dev.hawser.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * The actions that a connection's state has given, and how far each is: due, being carried out by some thread, or
 * thrown and to be tried again. Each is given once. The lock of {@link ConnectionState} guards it, and nothing here
 * allocates.
 */
final class OwedActions {
    private static final ConnectionAction[] ALL = ConnectionAction.values();

    private static final int FREEING = bit(ConnectionAction.CLOSE_TRANSPORT)
            | bit(ConnectionAction.ABORT_TRANSPORT)
            | bit(ConnectionAction.END_OUTPUT)
            | bit(ConnectionAction.END_INPUT);

    private static final int EVENTS = bit(ConnectionAction.QUEUE_PEER_CLOSED)
            | bit(ConnectionAction.QUEUE_FAILED)
            | bit(ConnectionAction.QUEUE_ENDED);

    /** A transport, or an extension of the application, that cannot be freed after so many failures never can. */
    private static final int FREEING_FAILURES = 16;

    // Sets of actions, a bit each.
    private int given;
    private int due;
    private int running;
    private int failed;
    private int freeingFailures;

    @SuppressWarnings(
            "EnumOrdinal") // a set in memory, which is never stored; an EnumSet is an object more for each connection
    private static int bit(ConnectionAction action) {
        return 1 << action.ordinal();
    }

    void give(ConnectionAction action) {
        if (!isGiven(action)) {
            given |= bit(action);
            due |= bit(action);
        }
    }

    boolean isGiven(ConnectionAction action) {
        return (given & bit(action)) != 0;
    }

    /** Gives an action that the caller carries out. */
    void begin(ConnectionAction action) {
        given |= bit(action);
        running |= bit(action);
    }

    /** The caller carries it out now; null if there is none, or all wait for others of their lane. */
    @Nullable ConnectionAction claim() {
        if (due != 0) {
            for (ConnectionAction action : ALL) {
                if ((due & bit(action)) != 0 && !waits(action)) {
                    due &= ~bit(action);
                    running |= bit(action);
                    return action;
                }
            }
        }
        return null;
    }

    private boolean waits(ConnectionAction action) {
        for (ConnectionAction other : ALL) {
            if ((running & bit(other)) != 0 && other.lane == action.lane) {
                return true;
            }
        }
        return (EVENTS & bit(action)) != 0 && (EVENTS & failed) != 0; // onError is not to come behind onClose
    }

    /** It is not carried out any more. Returns false if it was not. */
    boolean end(ConnectionAction action) {
        boolean was = (running & bit(action)) != 0;
        running &= ~bit(action);
        return was;
    }

    /** It is to be tried again, unless that has been in vain too often. */
    void keepForRetry(ConnectionAction action) {
        boolean hopeless = (FREEING & bit(action)) != 0 && ++freeingFailures > FREEING_FAILURES;
        if (!hopeless) {
            failed |= bit(action);
        }
    }

    boolean needsRetry() {
        return failed != 0;
    }

    void retry() {
        due |= failed;
        failed = 0;
    }

    /** The endpoint is told nothing more. */
    void dropEvents() {
        due &= ~EVENTS;
        failed &= ~EVENTS;
    }

    /** Whether something of the transport, the output or the engine is still to be freed. */
    boolean isFreeing() {
        return ((due | running | failed) & FREEING) != 0;
    }

    @Override
    public String toString() {
        return "given " + names(given) + ", due " + names(due) + ", running " + names(running) + ", failed "
                + names(failed);
    }

    private static String names(int actions) {
        StringBuilder names = new StringBuilder();
        for (ConnectionAction action : ALL) {
            if ((actions & bit(action)) != 0) {
                names.append(' ').append(action);
            }
        }
        return names.isEmpty() ? "none" : names.substring(1);
    }
}
