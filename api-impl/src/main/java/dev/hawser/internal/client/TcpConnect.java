package dev.hawser.internal.client;

import dev.hawser.internal.transport.SelectorLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first address of a host that answers. If an address does not answer soon, the next one is tried in
 * parallel (RFC 8305 section 5).
 */
final class TcpConnect {
    /** RFC 8305 section 8: the recommended delay between attempts. */
    private static final Duration STAGGER = Duration.ofMillis(250);

    private final SelectorLoop.Lease loop;
    private final Deadline deadline;
    private final @Nullable SocketAddress localAddress;
    private final BlockingQueue<Attempt> answered = new LinkedBlockingQueue<>();

    /** Attempts without an answer so far. Used only by the connecting thread. */
    private final List<Attempt> open = new ArrayList<>();

    /** The first failure, with the later ones as suppressed exceptions. Used only by the connecting thread. */
    private @Nullable IOException failure;

    /** @param localAddress the address to connect from, or null for any */
    TcpConnect(SelectorLoop.Lease loop, Deadline deadline, @Nullable SocketAddress localAddress) {
        this.loop = loop;
        this.deadline = deadline;
        this.localAddress = localAddress;
    }

    /** A connected non-blocking channel to the first address that answers; all other channels are closed. */
    SocketChannel connect(List<InetSocketAddress> addresses) throws IOException {
        Iterator<InetSocketAddress> untried = addresses.iterator();
        try {
            while (true) {
                if (untried.hasNext()) {
                    start(untried.next());
                }
                SocketChannel connected = await(untried.hasNext());
                if (connected != null) {
                    return connected;
                }
                if (open.isEmpty() && !untried.hasNext()) {
                    throw failure == null ? new IOException("the name has no address") : failure;
                }
            }
        } finally {
            open.forEach(Attempt::close);
            loop.wakeup();
        }
    }

    private void start(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        Attempt attempt = new Attempt(channel);
        open.add(attempt);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (localAddress != null) {
                channel.bind(localAddress);
            }
            SelectionKey key = loop.register(channel, attempt);
            if (channel.connect(address)) {
                answered.add(attempt);
            } else {
                loop.await(key, SelectionKey.OP_CONNECT);
            }
        } catch (IOException | RuntimeException e) {
            failed(attempt, e);
        }
    }

    /**
     * Waits until an attempt connects, all have failed, or, if there is another address to try, {@link #STAGGER} has
     * passed.
     */
    private @Nullable SocketChannel await(boolean another) throws IOException {
        long stagger = System.nanoTime() + STAGGER.toNanos();
        while (!open.isEmpty()) {
            long remaining = deadline.remainingNanos();
            if (another) {
                remaining = Math.min(remaining, stagger - System.nanoTime());
            }
            Attempt attempt = poll(remaining);
            if (attempt == null) {
                deadline.remainingNanos();
                return null;
            }
            try {
                if (attempt.channel.finishConnect()) {
                    open.remove(attempt);
                    return attempt.channel;
                }
            } catch (IOException | RuntimeException e) {
                failed(attempt, e);
            }
        }
        return null;
    }

    private @Nullable Attempt poll(long nanos) throws InterruptedIOException {
        try {
            return answered.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The connecting thread was interrupted");
        }
    }

    private void failed(Attempt attempt, Exception cause) {
        open.remove(attempt);
        attempt.close();
        IOException first = failure;
        if (first == null) {
            failure = cause instanceof IOException e ? e : new IOException(cause.toString(), cause);
        } else {
            first.addSuppressed(cause);
        }
    }

    /** One address that is being tried. */
    private final class Attempt implements SelectorLoop.Listener {
        private final SocketChannel channel;

        Attempt(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void onReady(int operations) {
            answered.add(this);
        }

        @Override
        public void onFailed(Throwable cause) {
            close();
            answered.add(this);
        }

        /** Also called on the selector's thread. */
        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                System.getLogger("dev.hawser.client").log(System.Logger.Level.DEBUG, "A socket did not close", e);
            }
        }
    }
}
