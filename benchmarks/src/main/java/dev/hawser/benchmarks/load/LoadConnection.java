package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One connection of the load generator. Used only on the loop's thread. */
final class LoadConnection {
    /** Its key in the loop's selector. */
    final SelectionKey key;
    /** Whether its messages are counted; false for bystanders. */
    final boolean counted;
    /** When its connect began. */
    final long connectedAt = System.nanoTime();

    /** How many messages of a broadcast it has received. */
    long delivered;

    private final ClientFrames frames;
    private final ByteBuffer view;
    private final long[] sentAt;
    private final Replies replies;
    private @Nullable OpeningHandshake handshake;
    private @Nullable ByteBuffer control;
    private long sent;
    private int owed;
    private int interest;
    private long answered;

    LoadConnection(SelectionKey key, boolean counted, Replies replies, ClientFrames frames, long first, int inFlight) {
        this.key = key;
        this.counted = counted;
        this.replies = replies;
        this.frames = frames;
        this.view = frames.view().limit(0);
        this.sentAt = new long[inFlight];
        this.sent = first;
        this.answered = first;
    }

    SocketChannel channel() {
        return (SocketChannel) key.channel();
    }

    /** Sends the request; until the response is read, {@link #isOpen} is false. */
    void open(OpeningHandshake opening, String path, int port) throws IOException {
        handshake = opening;
        sendControl(opening.request(path, port));
    }

    boolean isOpen() {
        return handshake == null;
    }

    /** Reads the response from {@code bytes}; returns true once it is complete. */
    boolean readHandshake(ByteBuffer bytes) throws BadReplyException {
        if (handshake != null && handshake.read(bytes)) {
            handshake = null;
        }
        return handshake == null;
    }

    /** Reads replies, and returns the number of whole ones. */
    int read(ByteBuffer bytes) throws BadReplyException, IOException {
        int count = replies.read(bytes);
        ByteBuffer pong = replies.takePong();
        if (pong != null) {
            sendControl(pong);
        }
        return count;
    }

    boolean isClosedByPeer() {
        return replies.isClosed();
    }

    /** When the oldest unanswered message was sent; removes that time. */
    long takeSentAt() {
        return sentAt[(int) (answered++ % sentAt.length)];
    }

    /** Sends the next messages, behind what the socket has not yet taken. */
    void send(int count) throws IOException {
        owed += count;
        flush();
    }

    /** Sends something that is not a message: the request, a pong, a close frame. */
    void sendControl(ByteBuffer bytes) throws IOException {
        control = bytes;
        flush();
    }

    /** Writes as much as the socket takes; to be called again when it takes more. */
    void flush() throws IOException {
        SocketChannel channel = channel();
        if (view.hasRemaining()) {
            channel.write(view);
        }
        while (owed > 0 && !view.hasRemaining()) {
            selectNext();
            channel.write(view);
        }
        if (control != null && !view.hasRemaining()) {
            channel.write(control);
            if (!control.hasRemaining()) {
                control = null;
            }
        }
        int next = SelectionKey.OP_READ | (view.hasRemaining() || control != null ? SelectionKey.OP_WRITE : 0);
        if (interest != next) {
            interest = next;
            key.interestOps(next);
        }
    }

    private void selectNext() {
        int count = Math.min(owed, sentAt.length);
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            sentAt[(int) ((sent + i) % sentAt.length)] = now;
        }
        frames.select(view, sent, count);
        sent += count;
        owed -= count;
    }
}
