package dev.hawser.benchmarks.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * TLS over a non-blocking socket, for a thread with a selector. The handshake goes on in {@link #read}, and its tasks
 * run there. Nothing is sent before it is complete. After each call the thread waits until the socket can be written if
 * there {@linkplain #hasUnsent is something unsent}, and until it can be read in any case.
 */
public final class TlsChannel implements ByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    /** The beginning of a record whose end was not yet received. */
    private ByteBuffer begun = NOTHING;
    /** Records that the socket has not yet taken. */
    private ByteBuffer unsent = NOTHING;

    private HandshakeStatus next;
    private boolean established;
    private int received;

    /** A channel whose handshake begins: a client sends its first message. The engine's mode has been set. */
    public TlsChannel(SocketChannel socket, SSLEngine engine, TlsBuffers buffers) throws IOException {
        this.socket = socket;
        this.engine = engine;
        this.buffers = buffers;
        engine.beginHandshake();
        next = engine.getHandshakeStatus();
        advance(NOTHING, NOTHING);
    }

    /** Its engine. */
    public SSLEngine engine() {
        return engine;
    }

    /** Whether the handshake is complete. */
    public boolean isEstablished() {
        return established;
    }

    /** Whether the socket has not yet taken all that is to be sent. */
    public boolean hasUnsent() {
        return unsent.hasRemaining();
    }

    /** Whether the peer has said that nothing follows. */
    public boolean isInputDone() {
        return engine.isInboundDone();
    }

    /** How many bytes came from the network since the last call. */
    public int takeReceived() {
        int count = received;
        received = 0;
        return count;
    }

    /**
     * Receives once, and reads all that is complete.
     *
     * @param target has room for as many bytes as the buffers receive at once
     * @return the number of bytes, which may be 0, or -1 if nothing follows
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer in = buffers.in.clear().put(begun.flip());
        int length = socket.read(in);
        received += Math.max(length, 0);
        int before = target.position();
        advance(in.flip(), target);
        keep(in);
        int plain = target.position() - before;
        return plain == 0 && (length < 0 || engine.isInboundDone()) ? -1 : plain;
    }

    private void keep(ByteBuffer in) {
        if (in.hasRemaining() && begun.capacity() == 0) {
            begun = ByteBuffer.allocate(TlsBuffers.RECORD);
        }
        begun.clear();
        if (!engine.isInboundDone()) {
            begun.put(in);
        }
    }

    /** Goes on as far as the engine can with these bytes. */
    private void advance(ByteBuffer in, ByteBuffer target) throws IOException {
        while (true) {
            if (next == HandshakeStatus.NEED_TASK) {
                Runnable task;
                while ((task = engine.getDelegatedTask()) != null) {
                    task.run();
                }
                next = engine.getHandshakeStatus();
            } else if (next == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
                ByteBuffer out = buffers.out.clear();
                wrap(NOTHING, out);
                send(out.flip());
            } else if (!in.hasRemaining() || !unwrap(in, target)) {
                return;
            }
        }
    }

    /** Reads a record, and returns whether there was a whole one. */
    private boolean unwrap(ByteBuffer in, ByteBuffer target) throws IOException {
        SSLEngineResult result = engine.unwrap(in, target);
        turned(result);
        return switch (result.getStatus()) {
            case OK -> true;
            case BUFFER_UNDERFLOW, CLOSED -> false;
            case BUFFER_OVERFLOW ->
                throw new IllegalArgumentException("No room for a record in " + target.remaining() + " bytes");
        };
    }

    private void wrap(ByteBuffer source, ByteBuffer out) throws IOException {
        SSLEngineResult result = engine.wrap(source, out);
        turned(result);
        if (result.getStatus() != SSLEngineResult.Status.OK && !engine.isOutboundDone()) {
            throw new IOException("No record could be written: " + result);
        }
    }

    private void turned(SSLEngineResult result) {
        next = result.getHandshakeStatus();
        established |= next == HandshakeStatus.FINISHED || next == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Takes nothing before the handshake is complete, nor while something is unsent. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        flush();
        int before = source.position();
        while (established && source.hasRemaining() && !unsent.hasRemaining()) {
            if (engine.isOutboundDone()) {
                throw new ClosedChannelException();
            }
            ByteBuffer out = buffers.out.clear();
            do {
                wrap(source, out);
            } while (source.hasRemaining() && out.remaining() >= TlsBuffers.RECORD && !engine.isOutboundDone());
            send(out.flip());
        }
        return source.position() - before;
    }

    /** Sends what is unsent, as far as the socket takes it. */
    public void flush() throws IOException {
        if (unsent.hasRemaining()) {
            socket.write(unsent);
        }
    }

    private void send(ByteBuffer records) throws IOException {
        flush();
        if (!unsent.hasRemaining()) {
            socket.write(records);
        }
        if (records.hasRemaining()) {
            unsent = ByteBuffer.allocate(unsent.remaining() + records.remaining())
                    .put(unsent)
                    .put(records)
                    .flip();
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Says that nothing follows, if the socket takes that at once, and closes the socket. */
    @Override
    public void close() throws IOException {
        try (socket) {
            engine.closeOutbound();
            if (socket.isOpen() && established && !unsent.hasRemaining()) {
                ByteBuffer out = buffers.out.clear();
                engine.wrap(NOTHING, out);
                socket.write(out.flip());
            }
        } catch (IOException e) {
            // The peer has closed its end already, and needs no farewell.
        }
    }
}
