package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** The first connection sends one message, and the next when all counted connections have received it. */
final class BroadcastConversation implements Conversation {
    private final Tally tally;
    private List<LoadConnection> receivers = List.of();
    private boolean stopped;
    private int missing;
    private long sentAt;

    BroadcastConversation(Tally tally) {
        this.tally = tally;
    }

    @Override
    public void start(List<LoadConnection> connections) throws IOException {
        receivers =
                connections.stream().filter(connection -> connection.counted).toList();
        publish();
    }

    private void publish() throws IOException {
        missing = receivers.size();
        sentAt = System.nanoTime();
        receivers.get(0).send(1);
    }

    @Override
    public void replied(LoadConnection connection, int messages) throws IOException {
        tally.latency(System.nanoTime() - sentAt);
        tally.count(messages);
        missing -= messages;
        if (missing == 0 && !stopped) {
            publish();
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isUnderWay() {
        return missing > 0;
    }
}
