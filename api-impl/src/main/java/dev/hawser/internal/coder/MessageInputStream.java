package dev.hawser.internal.coder;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** A whole message as a stream that cannot be read after close, unlike a ByteArrayInputStream. Not thread-safe. */
public final class MessageInputStream extends FilterInputStream {
    private boolean closed;

    public MessageInputStream(byte[] message) {
        super(new ByteArrayInputStream(message));
    }

    @Override
    public int read() throws IOException {
        ensureOpen();
        return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        ensureOpen();
        return super.read(target, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
        ensureOpen();
        return super.skip(count);
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return super.available();
    }

    @Override
    public synchronized void reset() throws IOException {
        ensureOpen();
        super.reset();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }
}
