package dev.hawser.internal.tomcat;

import static java.lang.System.Logger.Level.ERROR;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.ClosedByServer;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the NIO2 connector as a {@link Transport}. A demand is one asynchronous read of the channel into Tomcat's
 * buffer, on whose end a thread of Tomcat calls the listener; without a demand nothing is read, and no thread is woken.
 */
final class Nio2Transport implements SocketCourse, Transport {
    private static final LimitedLog ERRORS = new LimitedLog("dev.hawser.connection");
    private static final String CUT = LimitedLog.prepared("A connection was cut after an error in a thread of Tomcat");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** So often is the end tried after an error of the JVM. Each attempt lets the collector look for memory. */
    private static final int TRIES = 16;

    /** Who deals with the input. */
    private enum Input {
        /** Nobody, and no demand was made. */
        UNWANTED,
        /** A demand was made, and a read is in flight or about to be. */
        DEMANDED,
        /** A thread is in the listener. */
        SERVED,
        /** A thread is in the listener, and a demand was made meanwhile. */
        SERVED_AND_DEMANDED
    }

    /** Null once the connection is open: it holds the request. Accessed by Tomcat's thread that opens it. */
    private @Nullable WaitingUpgrade upgrade;

    private final TransportListener listener;
    private final SocketWrapperBase<?> wrapper;
    private final Nio2Wire wire;
    private final Nio2Output output;
    private volatile Peers peers;

    private final AtomicReference<Input> input = new AtomicReference<>(Input.SERVED);

    /** What the next read reports when Tomcat's buffer is empty. Both are written by whoever deals with the input. */
    private volatile boolean inputEnded;

    private volatile @Nullable Throwable inputFailure;

    /** Whether the connection has ended, from either side. */
    private volatile boolean closed;

    /** Whether each step of the end is done. */
    private volatile boolean over;

    /** Whether the listener's onClosed was called. */
    private final AtomicBoolean told = new AtomicBoolean();

    Nio2Transport(WaitingUpgrade upgrade, SocketWrapperBase<?> wrapper, Nio2Channel channel) {
        this.upgrade = upgrade;
        this.listener = upgrade.listener();
        this.wrapper = wrapper;
        this.peers = upgrade.peers();
        this.wire = new Nio2Wire(wrapper, channel, this::hasRead, this::hasWritten);
        this.output = new Nio2Output(wire, this::fail);
    }

    @Override
    public SocketState on(SocketEvent event) {
        switch (event) {
            case OPEN_READ, OPEN_WRITE -> {
                open();
                return SocketState.SUSPENDED; // also at the end: the wire closes the wrapper when nothing is in flight
            }
            default -> {
                return SocketState.CLOSED; // Tomcat calls destroyed
            }
        }
    }

    /** Opens the connection in the first call, on Tomcat's thread. */
    private void open() {
        WaitingUpgrade given = upgrade;
        upgrade = null;
        if (given == null || closed) {
            return;
        }
        try {
            if (wrapper.hasDataToWrite()) {
                wrapper.flush(true); // the end of the response
            }
            peers = wire.sharing(given.peers());
            listener.onOpen(this, NOTHING.duplicate()); // what came behind the request is left in Tomcat's buffer
            serveOn();
        } catch (IOException e) {
            end(false, e);
        } catch (Throwable e) { // an error of the JVM, too: Tomcat's thread serves others
            fail(e);
        }
    }

    @Override
    public void demandRead() {
        while (true) {
            Input now = input.get();
            if (closed || now == Input.DEMANDED || now == Input.SERVED_AND_DEMANDED) {
                return;
            }
            boolean served = now == Input.SERVED;
            if (input.compareAndSet(now, served ? Input.SERVED_AND_DEMANDED : Input.DEMANDED)) {
                if (!served) {
                    read();
                }
                return;
            }
        }
    }

    /** Begins to read for a demand that no serving thread looks after. */
    private void read() {
        try {
            if (isReadable()) {
                wrapper.execute(this::serve); // never in the caller's stack, because the listener may be the caller
            }
        } catch (RejectedExecutionException e) {
            end(false, ClosedByServer.named("Tomcat")); // it stops
        } catch (Throwable e) { // an error of the JVM, after which no read would answer the demand
            fail(e);
        }
    }

    /** Whether a read has a result; if not, {@link #hasRead} is called when it has. Called once for a demand. */
    private boolean isReadable() {
        while (!closed) {
            if (isInputOver() || wire.holdsInput()) {
                return true;
            }
            try {
                if (!wire.read()) {
                    return false;
                }
            } catch (ClosedChannelException e) {
                return false; // the listener is told the end
            }
            takeResult();
        }
        return false;
    }

    private boolean isInputOver() {
        return inputEnded || inputFailure != null;
    }

    /** The bytes are in Tomcat's buffer; there may be none, since a record of TLS need not hold data. */
    private void takeResult() {
        Throwable failure = wire.reading().failure();
        if (failure instanceof EOFException || failure == null && wire.reading().count() < 0 || wire.hasEnded()) {
            inputEnded = true;
        } else {
            inputFailure = failure;
        }
    }

    /** Called on a thread of Tomcat's when a read has ended that was waited for. Never throws. */
    private void hasRead() {
        try {
            takeResult();
            if (isReadable()) {
                serve();
            }
        } catch (Throwable e) { // an error of the JVM
            fail(e);
        }
    }

    /** Serves the demand. Never throws. */
    private void serve() {
        try {
            if (!closed) {
                input.set(Input.SERVED);
                listener.onReadable();
                serveOn();
            }
        } catch (Throwable e) { // an error of the JVM, after which no demand would come
            fail(e);
        }
    }

    /** Serves the demands that were made while this thread was in the listener, while there is something to read. */
    private void serveOn() {
        while (!input.compareAndSet(Input.SERVED, Input.UNWANTED)) {
            input.set(Input.DEMANDED);
            if (!isReadable()) {
                return;
            }
            input.set(Input.SERVED);
            listener.onReadable();
        }
    }

    private void hasWritten() {
        output.goOn();
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        Transport.makeRoom(unread);
        int position = unread.position();
        int end = unread.limit();
        unread.limit(unread.capacity()).position(end);
        int count = 0;
        try {
            count = wire.take(unread);
        } finally {
            unread.limit(end + count).position(position);
        }
        Throwable failure = inputFailure;
        if (count == 0 && failure != null) {
            throw new IOException("The connection failed: " + failure.getMessage(), failure);
        }
        return count == 0 && inputEnded ? -1 : count;
    }

    @Override
    public boolean mayHoldMore() {
        return wire.holdsInput();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        output.write(completion, buffers);
    }

    @Override
    public void shutdownOutput() {
        output.shutdown();
    }

    @Override
    public void close() {
        end(true, null);
    }

    @Override
    public void abort() {
        end(false, null);
    }

    /** Each step is done once. If one throws, the others are done all the same, and the next call does the rest. */
    private void end(boolean orderly, @Nullable Throwable cause) {
        if (over) {
            return;
        }
        closed = true;
        try {
            closeSocket(orderly);
        } finally {
            try {
                output.cut(cause);
            } finally {
                try {
                    if (told.compareAndSet(false, true)) {
                        listener.onClosed(cause);
                    }
                } finally {
                    wire.giveBack();
                    over = true;
                }
            }
        }
    }

    private void closeSocket(boolean orderly) {
        try {
            wire.close(orderly);
        } catch (IOException | RuntimeException e) {
            // the peer is gone, or the channel's group has ended
        }
    }

    /**
     * An error of the JVM ends this connection and goes no further: the thread is Tomcat's and serves others. Never
     * throws.
     */
    private void fail(Throwable cause) {
        for (int tries = 0; !over && tries < TRIES; tries++) {
            try {
                end(false, cause);
            } catch (Throwable e) {
                // there is no memory
            }
        }
        ERRORS.logIfPossible(ERROR, CUT, cause);
    }

    @Override
    public void destroyed() {
        if (!closed) {
            try {
                end(false, ClosedByServer.named("Tomcat"));
            } catch (Throwable e) { // Tomcat goes on with its own end of the connection
                fail(e);
            }
        }
    }

    @Override
    public boolean isSecure() {
        return peers.secure();
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
