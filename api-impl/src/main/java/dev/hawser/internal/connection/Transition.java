package dev.hawser.internal.connection;

/**
 * The actions of one step in the life of a connection, as sets of {@link ConnectionAction#bit bits}. {@link
 * ConnectionState} gives a whole set before it changes its state, so that none is missing if something throws.
 */
final class Transition {
    static final int CLOSE_FIRST = ConnectionAction.set(
            ConnectionAction.LEAVE, ConnectionAction.START_CLOSE_DEADLINE, ConnectionAction.SEND_CLOSE);
    static final int ANSWER = ConnectionAction.set(ConnectionAction.SEND_CLOSE, ConnectionAction.QUEUE_ENDED);
    static final int PEER_CLOSES = ConnectionAction.set(
            ConnectionAction.LEAVE, ConnectionAction.START_CLOSE_DEADLINE, ConnectionAction.QUEUE_PEER_CLOSED);
    static final int FAIL = ConnectionAction.set(
            ConnectionAction.LEAVE,
            ConnectionAction.START_CLOSE_DEADLINE,
            ConnectionAction.QUEUE_FAILED,
            ConnectionAction.QUEUE_ENDED);
    static final int NEVER_OPEN = ConnectionAction.set(
            ConnectionAction.END_OUTPUT,
            ConnectionAction.END_INPUT,
            ConnectionAction.FORGET,
            ConnectionAction.END_DEADLINES);
    private static final int FREE = ConnectionAction.set(
            ConnectionAction.LEAVE,
            ConnectionAction.END_OUTPUT,
            ConnectionAction.END_INPUT,
            ConnectionAction.QUEUE_ENDED);
    static final int CLOSE = FREE | ConnectionAction.set(ConnectionAction.CLOSE_TRANSPORT);
    static final int ABORT = FREE | ConnectionAction.set(ConnectionAction.ABORT_TRANSPORT);
    static final int END = ConnectionAction.set(ConnectionAction.END_DEADLINES, ConnectionAction.FORGET);

    private Transition() {}
}
