package dev.hawser.internal.connection;

import org.jspecify.annotations.Nullable;

/**
 * The actions that a connection's state has given, and the progress of each: due, running on some thread, or failed and
 * to be tried again. Each is given once. Guarded by the lock of {@link ConnectionState}. No method allocates, and there
 * is no call between two writes that belong together, because a call may throw a StackOverflowError.
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

    /** After so many failures a transport, or an extension of the application, is not freed any more. */
    private static final int FREEING_FAILURES = 16;

    // Sets of actions, a bit each.
    private int given;
    private int due;
    private int running;
    private int failed;
    private int freeingFailures;

    /** Gives one action, as {@link #give(int)}. */
    void give(ConnectionAction action) {
        give(action.bit);
    }

    /** Gives the actions that were not given before: all of them or, if it throws, none. */
    void give(int actions) {
        int more = actions & ~given;
        given |= more;
        due |= more;
    }

    boolean isGiven(ConnectionAction action) {
        return (given & action.bit) != 0;
    }

    /** Gives an action that the caller carries out at once. */
    void begin(ConnectionAction action) {
        given |= action.bit;
        running |= action.bit;
    }

    /** The next action, which the caller carries out now; null if there is none, or if all wait for others. */
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
        return (EVENTS & action.bit) != 0 && eventFailed // onError must not come after onClose
                // the timer must try the failed action again
                || action == ConnectionAction.END_DEADLINES && failed != 0;
    }

    boolean isRunning(ConnectionAction action) {
        return (running & action.bit) != 0;
    }

    /** The action does not run any more. Returns whether it ran. */
    boolean end(ConnectionAction action) {
        boolean was = (running & action.bit) != 0;
        running &= ~action.bit;
        return was;
    }

    /** Keeps a failed action to be tried again, unless that has failed too often. */
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

    /** Drops the events for the endpoint. */
    void dropEvents() {
        due &= ~EVENTS;
        failed &= ~EVENTS;
    }

    /** Whether the transport, the output or the engine must still be freed. */
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
