package dev.hawser.benchmarks.load;

import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
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

    /** The socket, or TLS over it. */
    private final ByteChannel channel;

    private final @Nullable TlsChannel tls;
    private final ClientFrames frames;
    private final ByteBuffer view;
    private final long[] sentAt;
    private final Replies replies;
    private @Nullable OpeningHandshake handshake;
    private boolean open;
    private @Nullable ByteBuffer control;
    private long sent;
    private int owed;
    private int interest;
    private long answered;

    LoadConnection(
            SelectionKey key,
            @Nullable TlsChannel tls,
            boolean counted,
            Replies replies,
            ClientFrames frames,
            long first,
            int inFlight) {
        this.key = key;
        this.tls = tls;
        this.channel = tls == null ? (SocketChannel) key.channel() : tls;
        this.open = tls == null;
        this.counted = counted;
        this.replies = replies;
        this.frames = frames;
        this.view = frames.view().limit(0);
        this.sentAt = new long[inFlight];
        this.sent = first;
        this.answered = first;
    }

    /** TLS over its socket, or null. */
    @Nullable TlsChannel tls() {
        return tls;
    }

    void close() throws IOException {
        channel.close();
    }

    /** Sends the request; until the response is read, {@link #isOpen} is false. */
    void open(OpeningHandshake opening, String path, int port) throws IOException {
        handshake = opening;
        open = false;
        sendControl(opening.request(path, port));
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Receives once from the network.
     *
     * @return the number of bytes, or -1 if nothing follows
     */
    int receive(ByteBuffer buffer) throws IOException {
        int length = channel.read(buffer);
        if (tls != null && (control != null || tls.hasUnsent())) {
            flush(); // a handshake has come further
        }
        return length;
    }

    /** How many bytes were on the wire for the {@code length} that were last received. */
    int wireBytes(int length) {
        return tls == null ? length : tls.takeReceived();
    }

    /** Whether nothing follows, although the socket is not at its end. */
    boolean isAtEnd() {
        return tls != null && tls.isInputDone();
    }

    /** Reads the response from {@code bytes}; returns true once it is complete, and so is the handshake of TLS. */
    boolean readHandshake(ByteBuffer bytes) throws BadReplyException {
        if (tls != null && !tls.isEstablished()) {
            return false;
        }
        if (handshake != null && handshake.read(bytes)) {
            handshake = null;
        }
        open = handshake == null;
        return open;
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
        if (tls != null) {
            tls.flush();
        }
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
        // Before a handshake of TLS is complete something is owed, but the socket is not what it waits for.
        boolean waits = tls == null ? view.hasRemaining() || control != null : tls.hasUnsent();
        int next = SelectionKey.OP_READ | (waits ? SelectionKey.OP_WRITE : 0);
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
