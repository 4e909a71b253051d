package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** The messages on the connections of a round. Called only on the loop's thread. */
interface Conversation {
    /** Called when all connections are open. */
    void start(List<LoadConnection> connections) throws IOException;

    /** Called when a later connection is open. */
    default void opened(LoadConnection connection) throws IOException {}

    /** Called when whole messages have arrived, which were as expected. */
    void replied(LoadConnection connection, int messages) throws IOException;

    /** Called when the peer has closed the connection; returns what that means. */
    default Ending closed(LoadConnection connection) {
        return Ending.UNEXPECTED;
    }

    /** From now on no new message is sent. */
    void stop();

    /** Whether replies are missing. */
    boolean isUnderWay();

    /** What a closed connection means. */
    enum Ending {
        /** The server should have kept it. */
        UNEXPECTED,
        /** The connection has done its work. */
        DONE,
        /** Another connection takes its place. */
        AGAIN
    }
}
