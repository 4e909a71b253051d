package dev.hawser.internal.undertow;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.ClosedByServer;
import dev.hawser.internal.transport.LoopPlace;
import dev.hawser.internal.transport.SelectorLoop;
import dev.hawser.internal.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * A connection on its I/O thread of XNIO. XNIO calls again and again for what it was asked to wait for; here it is
 * asked once for each call. The operation stays on as long as its call asks for it again, which costs nothing, and is
 * switched off after a call that does not.
 *
 * <p>Undertow's TLS has one state for both directions, without a lock of its own for it, so one lock guards them both.
 */
final class IoThreadPlace implements LoopPlace {
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.selector");
    private static final String LISTENER_FAILED = LimitedLog.prepared("The listener of a connection failed");
    private static final String NOT_ENDED = LimitedLog.prepared("A connection could not be ended");

    private final StreamConnection connection;
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;

    /** Guards the source. */
    private final Lock input = new ReentrantLock();

    /** Guards the sink. */
    private final Lock output;

    private final boolean secure;

    /** Set once, by {@link #enter}. */
    private volatile SelectorLoop.@Nullable Listener listener;

    /** Whether the listener waits for a call. */
    private volatile boolean awaitsRead;

    private volatile boolean awaitsWrite;

    /** Whether this place closes the connection, so that it is no news that it is closed. */
    private volatile boolean closes;

    IoThreadPlace(StreamConnection connection) {
        this.connection = connection;
        source = connection.getSourceChannel();
        sink = connection.getSinkChannel();
        secure = connection instanceof SslConnection;
        output = secure ? input : new ReentrantLock();
    }

    /** What is read and written here. */
    Wire wire() {
        return new XnioWire(connection, input, output);
    }

    /** Called on the I/O thread. */
    @Override
    public void enter(SelectorLoop.Listener entering) {
        listener = entering;
        source.setReadListener(channel -> readable());
        sink.setWriteListener(channel -> writable());
    }

    /**
     * TLS is not asked during the call: as long as it is, Undertow calls once more, by the queue of its thread, for
     * each read that gave bytes. The wire knows itself when bytes may be left inside.
     */
    private void readable() {
        awaitsRead = false;
        try {
            if (secure) {
                suspendReads();
            }
            call(SelectionKey.OP_READ);
            if (!secure && !awaitsRead && !closes) {
                suspendReads();
                if (awaitsRead) { // asked by another thread, in between
                    resumeReads();
                }
            }
        } catch (Throwable e) { // a lack of memory for a lock that others hold
            failed(e);
        }
    }

    private void writable() {
        awaitsWrite = false;
        call(SelectionKey.OP_WRITE);
        try {
            if (!awaitsWrite && !closes) {
                suspendWrites();
                if (awaitsWrite) {
                    resumeWrites();
                }
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        SelectorLoop.Listener entered = listener;
        if (entered != null) {
            fail(entered, cause);
        }
    }

    private void call(int operation) {
        SelectorLoop.Listener entered = listener;
        if (entered == null) {
            return;
        }
        try {
            entered.onReady(operation);
        } catch (Throwable e) { // the other connections of the thread must live on
            FAILURES.logIfPossible(Level.WARNING, LISTENER_FAILED, e);
            fail(entered, e);
        } finally {
            Thread.interrupted(); // the next connection's callback is not interrupted
        }
    }

    private static void fail(SelectorLoop.Listener entered, Throwable cause) {
        try {
            entered.onFailed(cause);
        } catch (Throwable e) {
            FAILURES.logIfPossible(Level.WARNING, NOT_ENDED, e);
        }
    }

    private void suspendReads() {
        input.lock();
        try {
            source.suspendReads();
        } finally {
            input.unlock();
        }
    }

    private void resumeReads() {
        input.lock();
        try {
            source.resumeReads();
        } finally {
            input.unlock();
        }
    }

    private void suspendWrites() {
        output.lock();
        try {
            sink.suspendWrites();
        } finally {
            output.unlock();
        }
    }

    private void resumeWrites() {
        output.lock();
        try {
            sink.resumeWrites();
        } finally {
            output.unlock();
        }
    }

    @Override
    public void await(int operations) {
        if ((operations & SelectionKey.OP_READ) != 0) {
            awaitsRead = true;
            resumeReads();
        }
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            awaitsWrite = true;
            resumeWrites();
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            connection.getIoThread().execute(task);
        } catch (RejectedExecutionException e) { // the thread has ended
            task.run();
        }
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public void close() throws IOException {
        closes = true;
        boolean done = false;
        try {
            connection.close();
            done = true;
        } finally {
            closes = done; // XNIO may have stopped in the middle, with the key still in its selector
        }
    }

    /** The connection is closed, by whom ever. Called by any thread, with any lock. */
    void closed() {
        SelectorLoop.Listener entered = listener;
        if (entered != null && !closes) {
            execute(() -> fail(entered, ClosedByServer.named("Undertow")));
        }
    }

    /** The listener is let go: Undertow keeps what knows this place for as long as its thread does not wake. */
    @Override
    public void leave() {
        listener = null;
    }
}
