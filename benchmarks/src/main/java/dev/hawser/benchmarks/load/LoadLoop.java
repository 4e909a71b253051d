package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The thread of a round: a selector over its connections. */
final class LoadLoop implements Runnable {
    private static final int BUFFER = 256 * 1024;
    private static final long SELECT_MILLIS = 10;
    /** How many connects run at the same time, so that no server's backlog overflows. */
    private static final int OPENING_AT_ONCE = 64;

    private enum Phase {
        OPENING,
        OPEN,
        TALKING,
        DRAINING,
        CLOSING,
        ENDED
    }

    private final Workload workload;
    private final boolean raw;
    private final long patienceNanos;
    private final Tally tally;
    private final CountDownLatch opened;
    private final Conversation conversation;
    private final Dialer dialer;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final List<LoadConnection> connections = new ArrayList<>();

    private Phase phase = Phase.OPENING;
    private int openCount;
    private int closedCount;
    private long deadline;

    /** Written by the controlling thread. */
    private volatile boolean startAsked;
    /** Written by the controlling thread. */
    private volatile boolean stopAsked;
    /** Written by the controlling thread. */
    private volatile boolean abortAsked;
    /** The first failure. Written by the loop. */
    private volatile @Nullable String failure;

    LoadLoop(Target target, Workload workload, Tally tally, CountDownLatch opened, long patienceNanos)
            throws IOException {
        this.patienceNanos = patienceNanos;
        this.workload = workload;
        this.raw = target.raw();
        this.tally = tally;
        this.opened = opened;
        this.conversation = switch (workload.kind()) {
            case ECHO -> new EchoConversation(tally, workload.inFlight());
            case BROADCAST -> new BroadcastConversation(tally, workload.inFlight());
            case CYCLE -> new CycleConversation(tally);
            case ONCE -> new OnceConversation(tally);
        };
        this.selector = Selector.open();
        this.dialer = new Dialer(target, workload, selector);
    }

    void start() {
        startAsked = true;
        selector.wakeup();
    }

    void stop() {
        stopAsked = true;
        selector.wakeup();
    }

    void abort() {
        abortAsked = true;
        selector.wakeup();
    }

    @Nullable String failure() {
        return failure;
    }

    @Override
    public void run() {
        try (selector;
                dialer) {
            while (phase != Phase.ENDED && failure == null && !abortAsked) {
                step();
                selector.select(this::handle, SELECT_MILLIS);
            }
        } catch (IOException | RuntimeException e) {
            fail(e.toString());
        } finally {
            opened.countDown();
        }
    }

    private void step() throws IOException {
        switch (phase) {
            case OPENING -> dial();
            case OPEN -> {
                if (startAsked) {
                    phase = Phase.TALKING;
                    conversation.start(connections);
                } else if (stopAsked) {
                    close();
                }
            }
            case TALKING -> {
                if (stopAsked) {
                    conversation.stop();
                    deadline = System.nanoTime() + patienceNanos;
                    phase = Phase.DRAINING;
                }
            }
            case DRAINING -> {
                if (!conversation.isUnderWay()) {
                    close();
                } else if (System.nanoTime() > deadline) {
                    fail("Replies are missing at the end of the round");
                }
            }
            case CLOSING -> {
                if (closedCount >= connections.size()) {
                    phase = Phase.ENDED;
                } else if (System.nanoTime() > deadline) {
                    fail("Connections are not closed by the server");
                }
            }
            case ENDED -> {}
        }
    }

    private void dial() throws IOException {
        int total = workload.connections() + workload.bystanders();
        while (connections.size() < total && connections.size() - openCount < OPENING_AT_ONCE) {
            LoadConnection connection = dialer.dial(connections.size());
            connections.add(connection);
            if (connection.isOpen()) {
                openCount++;
            }
        }
        if (openCount == total) {
            phase = Phase.OPEN;
            opened.countDown();
        }
    }

    private void close() throws IOException {
        deadline = System.nanoTime() + patienceNanos;
        phase = raw || workload.kind() == Workload.Kind.CYCLE ? Phase.ENDED : Phase.CLOSING;
        if (phase == Phase.CLOSING) {
            for (LoadConnection connection : connections) {
                if (dialer.isDeaf(connection)) {
                    connection.close();
                    closedCount++;
                } else {
                    connection.sendControl(ClientFrames.close());
                }
            }
        }
    }

    private void handle(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.flush();
            }
            if (key.isValid() && key.isReadable()) {
                read(connection);
            }
        } catch (IOException | BadReplyException e) {
            fail(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void read(LoadConnection connection) throws IOException, BadReplyException {
        buffer.clear();
        int length = connection.receive(buffer);
        if (length < 0) {
            ended(connection);
            return;
        }
        buffer.flip();
        if (!connection.isOpen()) {
            if (!connection.readHandshake(buffer)) {
                return;
            }
            handshaken(connection);
        }
        if (connection.counted) {
            tally.received(connection.wireBytes(length));
        }
        int messages = connection.read(buffer);
        if (messages > 0) {
            conversation.replied(connection, messages);
        }
        if (connection.isAtEnd()) {
            ended(connection);
        }
    }

    private void handshaken(LoadConnection connection) throws IOException, BadReplyException {
        dialer.checkTls(connection);
        if (phase == Phase.OPENING) {
            openCount++;
            if (dialer.isDeaf(connection)) {
                connection.key.interestOps(0);
            }
        } else {
            conversation.opened(connection);
        }
    }

    private void ended(LoadConnection connection) throws IOException, BadReplyException {
        connection.close();
        if (phase == Phase.CLOSING) {
            closedCount++;
            return;
        }
        if (!connection.isClosedByPeer()) {
            throw new BadReplyException("Connection ended without a close frame");
        }
        switch (conversation.closed(connection)) {
            case UNEXPECTED -> throw new BadReplyException("Connection closed by the server");
            case DONE -> {}
            case AGAIN ->
                connections.set(connections.indexOf(connection), dialer.dial(connections.indexOf(connection)));
        }
    }

    private void fail(String message) {
        if (failure == null) {
            failure = message;
        }
    }
}
