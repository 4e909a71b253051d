package dev.hawser.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A transport in memory: the test puts bytes in and looks at what was written.
 *
 * <p>Writes end inline until {@link #holdWrites}; then one is outstanding until {@link #releaseWrite}, as on a socket
 * whose peer does not read. {@link #writesEndOn} leaves their end to other threads. A write's bytes are read when it
 * ends, so that a buffer which its owner uses again before shows in {@link #written}. That there is something to read
 * is for the test to tell the listener.
 */
public final class FakeTransport implements Transport {
    private static final ByteBuffer[] NOTHING = {};

    // Guarded by this.
    private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int writes;
    private @Nullable WriteCompletion outstanding;
    private ByteBuffer[] outstandingBuffers = NOTHING;
    private boolean atEnd;
    private boolean demanded;
    private boolean closed;
    private boolean outputShut;
    private @Nullable IOException readFailure;

    // Set by the test, seen by all threads.
    private volatile Executor network = Runnable::run;
    private volatile Runnable beforeWrite = () -> {};
    private volatile Runnable onDemand = () -> {};
    private volatile Runnable onRead = () -> {};
    private volatile boolean readAnywhere;
    private volatile @Nullable Thread reader;
    private volatile Runnable onAbort = () -> {};

    /** Has each of the next readings find one of the chunks. */
    public synchronized void arrive(byte[]... chunks) {
        for (byte[] chunk : chunks) {
            if (chunk.length > 0) {
                incoming.add(chunk);
            }
        }
    }

    /** Has the reading after the last chunk find the end of the stream. */
    public synchronized void end() {
        atEnd = true;
    }

    /** Has the next reading fail. */
    public synchronized void breakReading(IOException cause) {
        readFailure = cause;
    }

    /** Runs the action in the thread of each write, before it. */
    public void beforeWrite(Runnable action) {
        beforeWrite = action;
    }

    /** Runs the action in the thread that demands a reading. */
    public void onDemand(Runnable action) {
        onDemand = action;
    }

    /** Runs the action in the thread that reads. */
    public void onRead(Runnable action) {
        onRead = action;
    }

    /** Lets any thread read. */
    public void letAnyThreadRead() {
        readAnywhere = true;
    }

    /** The thread that has read last. */
    public @Nullable Thread reader() {
        return reader;
    }

    @Override
    public boolean mayBeReadAnywhere() {
        return readAnywhere;
    }

    /** Has each of the next writes end when the executor comes to it. */
    public void writesEndOn(Executor executor) {
        network = executor;
    }

    /** Leaves the next write outstanding. */
    public void holdWrites() {
        writesEndOn(end -> {});
    }

    /** Ends the outstanding write, on the calling thread, and takes the next ones inline again. */
    public void releaseWrite() {
        writesEndOn(Runnable::run);
        endWrite();
    }

    /** Ends the outstanding write, if there is one, on the calling thread; the next one ends as this one was to. */
    public void endWrite() {
        WriteCompletion completion;
        synchronized (this) {
            completion = outstanding;
            if (completion == null) {
                return;
            }
            take();
            outstanding = null;
            outstandingBuffers = NOTHING;
        }
        completion.written();
    }

    /** The bytes of the writes that have ended. */
    public synchronized byte[] written() {
        return written.toByteArray();
    }

    /** What {@link #written} would be if the outstanding write ended now. Once: the write has no bytes left then. */
    public synchronized byte[] writtenAndOutstanding() {
        take();
        return written();
    }

    /** The buffers of the outstanding write; none without one. */
    public synchronized ByteBuffer[] outstanding() {
        return outstandingBuffers.clone();
    }

    private void take() {
        for (ByteBuffer buffer : outstandingBuffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            written.writeBytes(bytes);
        }
    }

    /** Writes so far, the outstanding one among them. */
    public synchronized int writes() {
        return writes;
    }

    /** Whether it was closed or aborted. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Whether the peer was sent the end of the stream. */
    public synchronized boolean isOutputShut() {
        return outputShut;
    }

    /** Whether a reading has been demanded since this was last asked. */
    public synchronized boolean takeDemand() {
        boolean was = demanded;
        demanded = false;
        return was;
    }

    /** The same without taking it. */
    public synchronized boolean isDemanded() {
        return demanded;
    }

    /** How many bytes have arrived and were not read. */
    public synchronized long unread() {
        return incoming.stream().mapToLong(chunk -> chunk.length).sum();
    }

    /** Takes the demand if bytes are there for it: then the listener is to be told. */
    public synchronized boolean takeReadable() {
        return !incoming.isEmpty() && takeDemand();
    }

    @Override
    public synchronized int read(ByteBuffer unread) throws IOException {
        reader = Thread.currentThread();
        onRead.run();
        if (readFailure != null) {
            throw readFailure;
        }
        byte[] chunk = incoming.poll();
        if (chunk == null) {
            return atEnd ? -1 : 0;
        }
        unread.compact();
        int count = Math.min(unread.remaining(), chunk.length);
        unread.put(chunk, 0, count).flip();
        if (count < chunk.length) {
            incoming.addFirst(Arrays.copyOfRange(chunk, count, chunk.length));
        }
        return count;
    }

    @Override
    public void demandRead() {
        synchronized (this) {
            demanded = true;
        }
        onDemand.run();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        beforeWrite.run();
        synchronized (this) {
            if (outstanding != null) {
                throw new IllegalStateException("two writes at once");
            }
            writes++;
            outstanding = completion;
            outstandingBuffers = buffers;
        }
        network.execute(this::endWrite);
    }

    @Override
    public synchronized void shutdownOutput() {
        outputShut = true;
    }

    @Override
    public void close() {
        abort();
    }

    /** Runs in the thread that cuts the connection, before it does. */
    public void onAbort(Runnable action) {
        onAbort = action;
    }

    @Override
    public void abort() {
        onAbort.run();
        WriteCompletion completion;
        synchronized (this) {
            closed = true;
            completion = outstanding;
            outstanding = null;
            outstandingBuffers = NOTHING;
        }
        if (completion != null) {
            completion.failed(new IOException("the transport is closed"));
        }
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return null;
    }
}
