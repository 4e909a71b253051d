package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** What is said on the connections of a round. Called by the loop's thread only. */
interface Conversation {
    /** All connections are open. */
    void start(List<LoadConnection> connections) throws IOException;

    /** A connection is open that was not there at the start. */
    default void opened(LoadConnection connection) throws IOException {}

    /** Whole messages have come, and were as expected. */
    void replied(LoadConnection connection, int messages) throws IOException;

    /** The peer has closed the connection; whether another one is to take its place, or null if it should not have. */
    default Ending closed(LoadConnection connection) {
        return Ending.UNEXPECTED;
    }

    /** Nothing new is sent from now on. */
    void stop();

    /** Whether replies are missing. */
    boolean isUnderWay();

    /** What a closed connection means. */
    enum Ending {
        /** The server should have kept it. */
        UNEXPECTED,
        /** It is over. */
        DONE,
        /** Another one takes its place. */
        AGAIN
    }
}
