package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/**
 * The first connection sends some messages. For each that the counted connections have received between them it sends
 * the next.
 */
final class BroadcastConversation implements Conversation {
    private final Tally tally;
    private final int inFlight;
    private List<LoadConnection> receivers = List.of();
    /** Of the last messages, as many as the slowest connection can be behind the fastest. */
    private long[] sentAt = {};

    private long sent;
    private long received;
    private boolean stopped;

    BroadcastConversation(Tally tally, int inFlight) {
        this.tally = tally;
        this.inFlight = inFlight;
    }

    @Override
    public void start(List<LoadConnection> connections) throws IOException {
        receivers =
                connections.stream().filter(connection -> connection.counted).toList();
        sentAt = new long[inFlight * receivers.size()];
        for (int i = 0; i < inFlight; i++) {
            publish();
        }
    }

    private void publish() throws IOException {
        sentAt[(int) (sent++ % sentAt.length)] = System.nanoTime();
        receivers.get(0).send(1);
    }

    @Override
    public void replied(LoadConnection connection, int messages) throws IOException {
        long now = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            tally.latency(now - sentAt[(int) (connection.delivered++ % sentAt.length)]);
        }
        tally.count(messages);
        received += messages;
        while (!stopped && sent < received / receivers.size() + inFlight) {
            publish();
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isUnderWay() {
        return received < sent * receivers.size();
    }
}
