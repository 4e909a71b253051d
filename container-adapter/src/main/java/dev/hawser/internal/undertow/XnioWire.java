package dev.hawser.internal.undertow;

import dev.hawser.internal.transport.PlainWire;
import dev.hawser.internal.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Lock;
import javax.net.ssl.SSLSession;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * The bytes of a connection of XNIO: its channels encrypt and decrypt if it has TLS.
 *
 * <p>Undertow's TLS gives one record for each read, and does not say whether it has received another one. A read that
 * gives nothing costs a system call. So a second read follows only if records have lately come together, and now and
 * then to find out. Otherwise the next demand finds what is left: Undertow then calls at once, by the queue of its
 * thread. It does not know what an engine other than the JDK's may have decrypted already; of such an engine everything
 * is read.
 */
final class XnioWire implements Wire {
    /** So many tries without effect end the trying; then it is done once for so many records. */
    private static final int TRIES = 8;

    private final ConduitStreamSourceChannel source;
    private final Lock input;
    private final ConduitStreamSinkChannel sink;
    private final Lock output;
    private final boolean secure;
    /** Whether the engine has decrypted nothing that it has not given. */
    private final boolean engineHoldsNothing;

    /** 0 while bytes may be left inside TLS that only a read finds. Written by the reading thread. */
    private volatile int readInterest = SelectionKey.OP_READ;

    // Guarded by input.
    private int tries = TRIES;
    private int untried;

    /** Whether the end of the stream was sent. Guarded by output. */
    private boolean outputShut;

    XnioWire(StreamConnection connection, Lock input, Lock output) {
        this.source = connection.getSourceChannel();
        this.input = input;
        this.sink = connection.getSinkChannel();
        this.output = output;
        this.secure = connection instanceof SslConnection;
        this.engineHoldsNothing = connection instanceof SslConnection tls && isOfJdk(tls.getSslSession());
    }

    private static boolean isOfJdk(SSLSession session) {
        return "java.base".equals(session.getClass().getModule().getName());
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        input.lock();
        try {
            boolean first = readInterest != 0;
            int count = source.read(destination);
            readInterest = secure && count > 0 && triesAgain(first) ? 0 : SelectionKey.OP_READ;
            if (!first && count <= 0) {
                tries--;
            }
            return count;
        } finally {
            input.unlock();
        }
    }

    /** Whether another read follows the one that has given a record. */
    private boolean triesAgain(boolean first) {
        if (!first) {
            tries = TRIES; // it has just had an effect
        }
        if (tries > 0 || !engineHoldsNothing) {
            return true;
        }
        untried = (untried + 1) % TRIES;
        return untried == 0;
    }

    @Override
    public int readInterest() {
        return readInterest;
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

    /** Undertow's TLS looks at what is left to decrypt once more after its listener has returned. */
    @Override
    public boolean mayBeReadAnywhere() {
        return !secure;
    }
}
