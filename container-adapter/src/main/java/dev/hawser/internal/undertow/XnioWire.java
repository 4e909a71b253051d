package dev.hawser.internal.undertow;

import dev.hawser.internal.transport.PlainWire;
import dev.hawser.internal.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Lock;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** The bytes of a connection of XNIO: its channels encrypt and decrypt if it has TLS. */
final class XnioWire implements Wire {
    private final ConduitStreamSourceChannel source;
    private final Lock input;
    private final ConduitStreamSinkChannel sink;
    private final Lock output;
    private final boolean secure;

    /** Whether the end of the stream was sent. Guarded by output. */
    private boolean outputShut;

    XnioWire(
            ConduitStreamSourceChannel source, Lock input, ConduitStreamSinkChannel sink, Lock output, boolean secure) {
        this.source = source;
        this.input = input;
        this.sink = sink;
        this.output = output;
        this.secure = secure;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        input.lock();
        try {
            return source.read(destination);
        } finally {
            input.unlock();
        }
    }

    @Override
    public int readInterest() {
        return SelectionKey.OP_READ;
    }

    @Override
    public boolean write(ByteBuffer[] buffers) throws IOException {
        output.lock();
        try {
            if (outputShut) {
                throw new ClosedChannelException();
            }
            return PlainWire.write(sink, buffers) && sink.flush();
        } finally {
            output.unlock();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        output.lock();
        try {
            if (!outputShut) {
                outputShut = true;
                sink.shutdownWrites();
                sink.flush(); // the close_notify, if the socket takes it now
            }
        } finally {
            output.unlock();
        }
    }

    @Override
    public void close() {
        if (secure) {
            try {
                shutdownOutput();
            } catch (IOException e) {
                // the socket is closed already
            }
        }
    }

    @Override
    public boolean isSecure() {
        return secure;
    }
}
