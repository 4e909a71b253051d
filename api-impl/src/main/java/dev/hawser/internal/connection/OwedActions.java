package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/**
 * The actions that a connection's state has given, and how far each is: due, being carried out by some thread, or
 * thrown and to be tried again. Each is given once. The lock of {@link ConnectionState} guards it. Nothing here
 * allocates, and nothing is called between two writes that belong together, since a call may find no stack.
 */
final class OwedActions {
    private static final ConnectionAction[] ALL = ConnectionAction.values();

    private static final int FREEING = ConnectionAction.set(
            ConnectionAction.CLOSE_TRANSPORT,
            ConnectionAction.ABORT_TRANSPORT,
            ConnectionAction.END_OUTPUT,
            ConnectionAction.END_INPUT);

    private static final int EVENTS = ConnectionAction.set(
            ConnectionAction.QUEUE_PEER_CLOSED, ConnectionAction.QUEUE_FAILED, ConnectionAction.QUEUE_ENDED);

    /** A transport, or an extension of the application, that cannot be freed after so many failures never can. */
    private static final int FREEING_FAILURES = 16;

    // Sets of actions, a bit each.
    private int given;
    private int due;
    private int running;
    private int failed;
    private int freeingFailures;

    /** Gives what has not been given yet: all of them or, if it throws, none. */
    void give(int actions) {
        int more = actions & ~given;
        given |= more;
        due |= more;
    }

    boolean isGiven(ConnectionAction action) {
        return (given & action.bit) != 0;
    }

    /** Gives an action that the caller carries out. */
    void begin(ConnectionAction action) {
        given |= action.bit;
        running |= action.bit;
    }

    /** The caller carries it out now; null if there is none, or all wait for others of their lane. */
    @Nullable ConnectionAction claim() {
        if (due != 0) {
            for (ConnectionAction action : ALL) {
                if ((due & action.bit) != 0 && !waits(action)) {
                    due &= ~action.bit;
                    running |= action.bit;
                    return action;
                }
            }
        }
        return null;
    }

    private boolean waits(ConnectionAction action) {
        for (ConnectionAction other : ALL) {
            if ((running & other.bit) != 0 && other.lane == action.lane) {
                return true;
            }
        }
        boolean eventFailed = (EVENTS & failed) != 0;
        return (EVENTS & action.bit) != 0 && eventFailed // onError is not to come behind onClose
                || action == ConnectionAction.END_DEADLINES && failed != 0; // the timer is to try that again
    }

    boolean isRunning(ConnectionAction action) {
        return (running & action.bit) != 0;
    }

    /** It is not carried out any more. Returns false if it was not. */
    boolean end(ConnectionAction action) {
        boolean was = (running & action.bit) != 0;
        running &= ~action.bit;
        return was;
    }

    /** It is to be tried again, unless that has been in vain too often. */
    void keepForRetry(ConnectionAction action) {
        boolean hopeless = (FREEING & action.bit) != 0 && ++freeingFailures > FREEING_FAILURES;
        if (!hopeless) {
            failed |= action.bit;
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
            if ((actions & action.bit) != 0) {
                names.append(' ').append(action);
            }
        }
        return names.isEmpty() ? "none" : names.substring(1);
    }
}
