package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** Each connection keeps its number of messages in flight; bystanders keep one, which is not counted. */
final class EchoConversation implements Conversation {
    private final Tally tally;
    private final int inFlight;
    private boolean stopped;
    private long underWay;

    EchoConversation(Tally tally, int inFlight) {
        this.tally = tally;
        this.inFlight = inFlight;
    }

    @Override
    public void start(List<LoadConnection> connections) throws IOException {
        for (LoadConnection connection : connections) {
            int count = connection.counted ? inFlight : 1;
            underWay += count;
            connection.send(count);
        }
    }

    @Override
    public void replied(LoadConnection connection, int messages) throws IOException {
        if (connection.counted) {
            long now = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                tally.latency(now - connection.takeSentAt());
            }
            tally.count(messages);
        }
        if (stopped) {
            underWay -= messages;
        } else {
            connection.send(messages);
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isUnderWay() {
        return underWay > 0;
    }
}
