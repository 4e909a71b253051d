package dev.hawser.test;

import dev.hawser.internal.transport.ClientTransport;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a connection in memory that a client under test has made. */
final class MemoryClientTransport implements ClientTransport {
    private final MemoryTransport memory;
    private final Listeners listeners;

    /** @param listeners those of the transport in memory */
    MemoryClientTransport(MemoryTransport memory, Listeners listeners) {
        this.memory = memory;
        this.listeners = listeners;
    }

    @Override
    public boolean isOpen() {
        return memory.isOpen();
    }

    @Override
    public void listener(TransportListener next) {
        listeners.set(next);
    }

    @Override
    public CompletableFuture<Void> start(TransportListener next, ByteBuffer early, Runnable ended) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        listeners.start(new Start(next, ended, opened));
        memory.open(early);
        return opened;
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        return memory.read(unread);
    }

    @Override
    public void demandRead() {
        memory.demandRead();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        memory.write(completion, buffers);
    }

    @Override
    public void shutdownOutput() {
        memory.shutdownOutput();
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public void abort() {
        memory.abort();
    }

    @Override
    public boolean isSecure() {
        return memory.isSecure();
    }

    @Override
    public SocketAddress remoteAddress() {
        return memory.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return memory.localAddress();
    }

    /** What {@link #start} was called with. */
    private record Start(TransportListener listener, Runnable ended, CompletableFuture<Void> opened) {
        void close(@Nullable Throwable cause) {
            try {
                listener.onClosed(cause);
            } finally {
                ended.run();
            }
        }
    }

    /** The listener of the transport in memory: first the connecting thread's, then the connection's. Thread-safe. */
    static final class Listeners implements TransportListener {
        private final Runnable whenOpened;

        // Guarded by this.
        private @Nullable TransportListener connecting;
        /** Given by the connecting thread. */
        private @Nullable Start waiting;
        /** In place of both, from the beginning of its onOpen on. */
        private @Nullable Start started;

        private boolean closed;

        /** @param whenOpened runs when the connection's onOpen has returned, before the connecting thread knows */
        Listeners(Runnable whenOpened) {
            this.whenOpened = whenOpened;
        }

        synchronized void set(TransportListener next) {
            connecting = next;
        }

        synchronized void start(Start start) {
            waiting = start;
        }

        @Override
        public void onOpen(Transport transport, ByteBuffer early) {
            Start start;
            boolean closedBefore;
            synchronized (this) {
                start = waiting;
                started = start;
                closedBefore = closed;
            }
            if (start == null) {
                throw new IllegalStateException("a transport in memory opens when it is started");
            }
            try {
                start.listener().onOpen(transport, early);
                whenOpened.run();
                start.opened().complete(null);
            } catch (RuntimeException | Error e) {
                start.opened().completeExceptionally(e);
                throw e;
            } finally {
                if (closedBefore) {
                    start.close(new ClosedChannelException());
                }
            }
        }

        @Override
        public void onReadable() {
            TransportListener listener;
            synchronized (this) {
                listener = started == null ? connecting : started.listener();
            }
            if (listener != null) {
                listener.onReadable();
            }
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            TransportListener before;
            Start start;
            synchronized (this) {
                closed = true;
                before = connecting;
                start = started;
            }
            if (start != null) {
                start.close(cause);
            } else if (before != null) {
                before.onClosed(cause);
            }
        }
    }
}
