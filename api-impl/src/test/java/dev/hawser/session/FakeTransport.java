package dev.hawser.session;

import dev.hawser.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A transport in memory: the test puts bytes in and looks at what was written. Writes complete inline until {@link #holdWrites}; then one
 * is outstanding until {@link #releaseWrite}, as on a socket whose peer does not read.
 */
final class FakeTransport implements Transport {
    private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int writes;
    private boolean holding;
    private @Nullable WriteCompletion held;
    private boolean atEnd;
    private boolean demanded;
    private boolean closed;
    private boolean outputShut;
    private @Nullable IOException readFailure;
    private volatile Runnable beforeWrite = () -> {};
    private volatile Runnable onDemand = () -> {};

    synchronized void arrive(byte[]... chunks) {
        for (byte[] chunk : chunks) {
            incoming.add(chunk);
        }
        notifyAll();
    }

    synchronized void end() {
        atEnd = true;
        notifyAll();
    }

    synchronized void breakReading(IOException cause) {
        readFailure = cause;
    }

    /** Runs the action in the thread of each write, before it. */
    void beforeWrite(Runnable action) {
        beforeWrite = action;
    }

    /** Runs the action in the thread that demands a reading. */
    void onDemand(Runnable action) {
        onDemand = action;
    }

    synchronized void holdWrites() {
        holding = true;
    }

    /** Completes the outstanding write, on the calling thread, and takes the next ones inline again. */
    void releaseWrite() {
        WriteCompletion completion;
        synchronized (this) {
            holding = false;
            completion = held;
            held = null;
        }
        if (completion != null) {
            completion.written();
        }
    }

    synchronized byte[] written() {
        return written.toByteArray();
    }

    synchronized int writes() {
        return writes;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isOutputShut() {
        return outputShut;
    }

    synchronized boolean takeDemand() {
        boolean was = demanded;
        demanded = false;
        return was;
    }

    synchronized boolean isDemanded() {
        return demanded;
    }

    @Override
    public synchronized int read(ByteBuffer unread) throws IOException {
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
            incoming.addFirst(java.util.Arrays.copyOfRange(chunk, count, chunk.length));
        }
        return count;
    }

    @Override
    public void demandRead() {
        synchronized (this) {
            demanded = true;
            notifyAll();
        }
        onDemand.run();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        beforeWrite.run();
        synchronized (this) {
            if (held != null) {
                throw new IllegalStateException("two writes at once");
            }
            writes++;
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                written.writeBytes(bytes);
            }
            notifyAll();
            if (holding) {
                held = completion;
                return;
            }
        }
        completion.written();
    }

    @Override
    public synchronized void shutdownOutput() {
        outputShut = true;
        notifyAll();
    }

    @Override
    public void close() {
        abort();
    }

    @Override
    public void abort() {
        WriteCompletion completion;
        synchronized (this) {
            closed = true;
            completion = held;
            held = null;
            notifyAll();
        }
        if (completion != null) {
            completion.failed(new IOException("the transport is closed"));
        }
    }

    @Override
    public boolean callbacksOnEventLoop() {
        return true;
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
