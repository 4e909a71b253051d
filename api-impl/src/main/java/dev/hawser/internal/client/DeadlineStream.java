package dev.hawser.internal.client;

import dev.hawser.internal.transport.ClientTransport;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Blocking reads and writes on a connection that is still being made; they wait until the deadline at most. Used only
 * by the connecting thread.
 */
final class DeadlineStream {
    private final ClientTransport transport;
    private final Deadline deadline;

    /** A permit for each event that the waiting thread has not yet seen. */
    private final Semaphore events = new Semaphore(0);

    private final ByteBuffer unread = ByteBuffer.allocate(4 * 1024).limit(0);

    DeadlineStream(ClientTransport transport, Deadline deadline) {
        this.transport = transport;
        this.deadline = deadline;
        transport.listener(new Events());
    }

    /**
     * The next byte.
     *
     * @throws EOFException if the peer has ended the stream
     * @throws java.net.SocketTimeoutException if no byte comes before the deadline
     */
    int read() throws IOException {
        while (!unread.hasRemaining()) {
            deadline.remainingNanos();
            int count = transport.read(unread);
            if (count < 0) {
                throw new EOFException("the peer closed the connection");
            }
            if (count == 0) {
                transport.demandRead();
                await();
            }
        }
        return unread.get() & 0xFF;
    }

    /** Writes all bytes. */
    void write(byte[] bytes) throws IOException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Semaphore done = new Semaphore(0);
        transport.write(
                new Transport.WriteCompletion() {
                    @Override
                    public void written() {
                        done.release();
                    }

                    @Override
                    public void failed(Throwable cause) {
                        failure.set(cause);
                        done.release();
                    }
                },
                ByteBuffer.wrap(bytes));
        await(done);
        Throwable cause = failure.get();
        if (cause != null) {
            throw cause instanceof IOException e ? e : new IOException(cause);
        }
    }

    /**
     * The bytes that were read from the socket but not taken with {@link #read}; the next user of the connection must
     * read them first.
     */
    ByteBuffer early() {
        return unread;
    }

    /** Waits until what was demanded of the transport is there. */
    void await() throws IOException {
        await(events);
        if (!transport.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void await(Semaphore semaphore) throws IOException {
        try {
            if (!semaphore.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.expired();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The connecting thread was interrupted");
        }
    }

    /** Wakes the waiting thread. */
    private final class Events implements TransportListener {
        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            // a connection that is being made is not open yet
        }

        @Override
        public void onReadable() {
            events.release();
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            events.release();
        }
    }
}
