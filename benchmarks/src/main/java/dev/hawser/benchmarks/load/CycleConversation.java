package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.util.List;

/** Each connection opens, echoes once, is closed by both sides, and is followed by another one. */
final class CycleConversation implements Conversation {
    private final Tally tally;
    private boolean stopped;
    private int underWay;

    CycleConversation(Tally tally) {
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
    public void opened(LoadConnection connection) throws IOException {
        connection.send(1);
    }

    @Override
    public void replied(LoadConnection connection, int messages) throws IOException {
        connection.sendControl(ClientFrames.close());
    }

    @Override
    public Ending closed(LoadConnection connection) {
        tally.latency(System.nanoTime() - connection.connectedAt);
        tally.count(1);
        if (stopped) {
            underWay--;
            return Ending.DONE;
        }
        return Ending.AGAIN;
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
