package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** Each connection sends one message; after the echo it is idle. */
final class OnceConversation implements Conversation {
    private final Tally tally;
    private long underWay;

    OnceConversation(Tally tally) {
        this.tally = tally;
    }

    @Override
    public void start(List<LoadConnection> connections) throws IOException {
        for (LoadConnection connection : connections) {
            underWay++;
            connection.send(1);
        }
    }

    @Override
    public void replied(LoadConnection connection, int messages) {
        underWay -= messages;
        tally.count(messages);
    }

    @Override
    public void stop() {
        // nothing follows in any case
    }

    @Override
    public boolean isUnderWay() {
        return underWay > 0;
    }
}
