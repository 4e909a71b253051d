package dev.hawser.internal.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One socket as a {@link Transport}. A demand to read becomes an interest of the selector. A write is tried on its
 * caller's thread first; the selector's thread writes what the socket did not take. The listener's methods are called
 * on the selector's thread.
 *
 * <p>While a client's connection is being made, the connecting thread uses the transport; then {@link #start} gives it
 * to its final listener.
 */
public final class SocketTransport implements ClientTransport, SelectorLoop.Listener {
    private static final Logger LOGGER = System.getLogger("dev.hawser.transport");
    private static final VarHandle DEMANDED = flag("demanded");
    private static final VarHandle CLOSED = flag("closed");
    private static final VarHandle END_QUEUED = flag("endQueued");

    private final LoopPlace place;

    /** Replaced once at most, by {@link #secure}, while only the connecting thread uses the transport. */
    private volatile Wire wire;

    private volatile TransportListener listener;

    /** Whether the listener waits for {@link TransportListener#onReadable}. */
    private volatile boolean demanded;

    /** The selection operations that {@link #demanded} waits for. */
    private volatile int awaited;

    private volatile boolean closed;

    /** The cause for the listener, or null if this side has closed. Written once, under {@link #writeLock}. */
    private volatile @Nullable Throwable endCause;

    /** Whether the selector's thread must call the listener with the end, and release the lease. */
    private volatile boolean endQueued;

    /** Whether the end was told to the listener of that time. Only accessed by the selector's thread. */
    private boolean closedTold;

    /** The {@code ended} of {@link #start}. Only accessed by the selector's thread. */
    private Runnable afterClose = () -> {};

    private final Lock writeLock = new ReentrantLock();

    /**
     * The outstanding write; the thread that sets it to null calls its completion, outside the lock. Guarded by {@link
     * #writeLock}.
     */
    private @Nullable Outstanding outstanding;

    /** Whether the end of the stream follows the outstanding write. Guarded by {@link #writeLock}. */
    private boolean shutdownWanted;

    private record Outstanding(WriteCompletion completion, ByteBuffer[] buffers) {}

    /** As of the opening: onClose may ask for the addresses, and a closed channel has none. */
    private volatile Peers peers;

    private static VarHandle flag(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(SocketTransport.class, name, boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private SocketTransport(LoopPlace place, Wire wire, Peers peers) {
        this.place = place;
        this.wire = wire;
        this.peers = peers;
        this.listener = new Unheard();
    }

    /** Takes over a connected, non-blocking channel and the lease; {@link #close} and {@link #abort} give both back. */
    public static SocketTransport on(SelectorLoop.Lease loop, SocketChannel channel) throws IOException {
        return on(new SelectedSocket(loop, channel), new PlainWire(channel), Peers.of(channel, false));
    }

    /** Takes the place over; {@link #close} and {@link #abort} give it back. */
    public static SocketTransport on(LoopPlace place, Wire wire, Peers peers) throws IOException {
        SocketTransport transport = new SocketTransport(place, wire, peers);
        place.enter(transport);
        return transport;
    }

    /** Puts the bytes into TLS from now on; its handshake is done. */
    public void secure(Wire tls) {
        wire = tls;
        peers = peers.overTls();
    }

    @Override
    public boolean isOpen() {
        return place.isOpen();
    }

    @Override
    public void listener(TransportListener next) {
        listener = next;
    }

    /** The listener and {@code ended} are called on the selector's thread. */
    @Override
    public CompletableFuture<Void> start(TransportListener next, ByteBuffer early, Runnable ended) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        place.execute(() -> {
            listener = next;
            try {
                next.onOpen(this, early);
                opened.complete(null);
            } catch (RuntimeException | Error e) {
                onFailed(e);
                opened.completeExceptionally(e);
            }
            afterClose = ended;
            if (closedTold) {
                next.onClosed(new ClosedChannelException());
                ended.run();
            }
        });
        return opened;
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        Transport.makeRoom(unread);
        int position = unread.position();
        int end = unread.limit();
        unread.limit(unread.capacity()).position(end);
        try {
            int count = wire.read(unread);
            end = unread.position();
            return count;
        } finally {
            unread.limit(end).position(position);
        }
    }

    @Override
    public void demandRead() {
        int interest = wire.readInterest();
        if (interest == 0) {
            demanded = true;
            place.execute(this::tellReadable);
        } else {
            demand(interest);
        }
    }

    /**
     * Like {@link #demandRead}, for the steps of a TLS handshake, which know what they wait for. A closed socket
     * demands nothing: its listener is told the end.
     */
    public void demand(int interest) {
        if (closed) {
            return;
        }
        awaited = interest;
        demanded = true;
        place.await(interest);
    }

    @Override
    public void onReady(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            continueWriting();
        }
        if ((operations & awaited) != 0) {
            tellReadable();
        }
    }

    private void tellReadable() {
        if (!closed && demanded && DEMANDED.compareAndSet(this, true, false)) {
            try {
                listener.onReadable();
            } catch (RuntimeException | Error e) {
                onFailed(e);
                throw e;
            }
        }
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        writeLock.lock();
        try {
            if (outstanding != null) {
                throw new IllegalStateException("A write is outstanding; the next one has to wait for its completion");
            }
            outstanding = new Outstanding(completion, buffers);
        } finally {
            writeLock.unlock();
        }
        continueWriting();
    }

    /**
     * Runs first on the writer's thread, then on the selector's. In between, a closing thread may take the outstanding
     * write away.
     */
    private void continueWriting() {
        WriteCompletion completion;
        Throwable failure = null;
        writeLock.lock();
        try {
            Outstanding write = outstanding;
            if (write == null) {
                return;
            }
            completion = write.completion();
            try {
                if (closed) {
                    throw new ClosedChannelException();
                }
                if (!wire.write(write.buffers())) {
                    place.await(SelectionKey.OP_WRITE);
                    return;
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            outstanding = null;
            if (shutdownWanted) {
                shutdownNow();
            }
        } finally {
            writeLock.unlock();
        }
        complete(completion, failure);
    }

    private static void complete(WriteCompletion completion, @Nullable Throwable failure) {
        if (failure == null) {
            completion.written();
        } else {
            completion.failed(failure);
        }
    }

    @Override
    public void shutdownOutput() {
        writeLock.lock();
        try {
            if (outstanding == null) {
                shutdownNow();
            } else {
                shutdownWanted = true;
            }
        } finally {
            writeLock.unlock();
        }
    }

    private void shutdownNow() {
        try {
            wire.shutdownOutput();
        } catch (IOException e) {
            LOGGER.log(Level.TRACE, "The peer was gone before the end of the stream was sent");
        }
    }

    /**
     * Closes the connection, with a close_notify if TLS can send it at once. It does not wait: an outstanding write
     * fails.
     */
    @Override
    public void close() {
        end(true, null);
    }

    @Override
    public void abort() {
        end(false, null);
    }

    @Override
    public void onFailed(Throwable cause) {
        end(false, cause);
    }

    /** If a step throws, for instance because there is no memory, the next call does the rest. */
    private void end(boolean orderly, @Nullable Throwable cause) {
        if (endQueued) {
            return;
        }
        Outstanding cut = null;
        try {
            writeLock.lock();
            try {
                if (CLOSED.compareAndSet(this, false, true)) {
                    endCause = cause;
                }
                cut = outstanding;
                outstanding = null;
                closeSocket(orderly);
            } finally {
                writeLock.unlock();
            }
        } finally { // also after an error of the JVM, since nobody may call again
            tellCut(cut, cause);
        }
    }

    private void tellCut(@Nullable Outstanding cut, @Nullable Throwable cause) {
        try {
            if (cut != null) {
                cut.completion().failed(cause == null ? new ClosedChannelException() : cause);
            }
        } finally {
            queueEnd();
        }
    }

    private void queueEnd() {
        if (END_QUEUED.compareAndSet(this, false, true)) {
            boolean queued = false;
            try {
                place.execute(this::tellEnd);
                queued = true;
            } finally {
                endQueued = queued;
            }
        }
    }

    private void tellEnd() {
        if (closedTold) { // it was queued twice, because queueing it has thrown after its effect
            return;
        }
        try {
            closedTold = true;
            listener.onClosed(endCause);
        } finally {
            try {
                afterClose.run();
            } finally {
                place.leave();
            }
        }
    }

    private void closeSocket(boolean orderly) {
        try {
            try {
                if (orderly && place.isOpen()) {
                    wire.close();
                }
            } finally {
                place.close();
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.DEBUG, "A socket did not close in order", e);
        }
    }

    @Override
    public boolean isSecure() {
        return peers.secure();
    }

    @Override
    public boolean mayBeReadAnywhere() {
        return wire.mayBeReadAnywhere();
    }

    @Override
    public boolean mayHoldMore() {
        return wire.readInterest() == 0;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return peers.remote();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return peers.local();
    }
}
