package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.contestant.EchoLoop;
import dev.hawser.benchmarks.contestant.Ports;
import dev.hawser.benchmarks.contestant.Server;
import dev.hawser.benchmarks.tls.Certificate;
import dev.hawser.benchmarks.tls.TlsBuffers;
import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The server of all clients: it answers opening handshakes and echoes frames, with one thread for connections without
 * TLS, and one for those with TLS 1.3. It is as small as a server can be, so that the clients are what takes time.
 */
public final class EchoServer implements Server {
    @Override
    public Ports start() throws IOException {
        Certificate certificate = Certificate.ofContestant();
        int plain = EchoLoop.start("echo", new Loop(null)::handle);
        return new Ports(
                plain,
                certificate == null ? 0 : EchoLoop.start("echo-tls", new Loop(certificate.serverContext())::handle));
    }

    /** A connection. Used by the one thread of its loop only. */
    private static final class Peer {
        private final ByteChannel channel;
        private boolean isOpen;
        /** The beginning of a frame whose end was not yet received. */
        private @Nullable ByteBuffer begun;
        /** What the socket has not yet taken. */
        private @Nullable ByteBuffer unsent;
        /** Whether the close frame has been answered. */
        private boolean isClosed;

        private Peer(ByteChannel channel) {
            this.channel = channel;
        }

        private boolean hasUnsent() {
            return unsent != null || channel instanceof TlsChannel tls && tls.hasUnsent();
        }
    }

    /** One thread with its connections. */
    private static final class Loop {
        private static final String[] PROTOCOLS = {Certificate.PROTOCOL};
        /** The only one, so that all clients encrypt the same way. */
        private static final String[] CIPHER_SUITES = {"TLS_AES_128_GCM_SHA256"};

        private final @Nullable SSLContext context;
        private final TlsBuffers records = new TlsBuffers(FrameEcho.LONGEST);
        private final ByteBuffer in;
        private final ByteBuffer out;

        /** A loop with TLS if there is a context. */
        private Loop(@Nullable SSLContext context) {
            this.context = context;
            int size = 2 * FrameEcho.LONGEST; // what was begun, and what comes
            // The JDK's ciphers work on arrays, and its sockets on direct memory.
            in = context == null ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
            out = context == null ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        }

        private Peer peer(SocketChannel socket) throws IOException {
            if (context == null) {
                return new Peer(socket);
            }
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setEnabledProtocols(PROTOCOLS);
            engine.setEnabledCipherSuites(CIPHER_SUITES);
            return new Peer(new TlsChannel(socket, engine, records));
        }

        private void handle(SelectionKey key) {
            try {
                if (key.isAcceptable()) {
                    EchoLoop.accept(key, this::peer);
                    return;
                }
                Peer peer = (Peer) key.attachment();
                if (key.isWritable()) {
                    flush(peer);
                } else {
                    receive(peer);
                }
                if (peer.isClosed && !peer.hasUnsent()) {
                    peer.channel.close();
                } else if (key.isValid()) {
                    key.interestOps(peer.hasUnsent() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                }
            } catch (IOException e) {
                end(key);
            }
        }

        private static void end(SelectionKey key) {
            try {
                key.channel().close();
            } catch (IOException ignored) {
                // the connection is closed either way
            }
        }

        private void receive(Peer peer) throws IOException {
            in.clear();
            if (peer.begun != null) {
                in.put(peer.begun);
                peer.begun = null;
            }
            if (peer.channel.read(in.limit(in.position() + FrameEcho.LONGEST)) < 0) {
                peer.channel.close();
                return;
            }
            in.flip();
            out.clear();
            peer.isOpen = peer.isOpen || HandshakeReply.answer(in, out);
            peer.isClosed = peer.isOpen && !FrameEcho.echo(in, out);
            if (in.hasRemaining() && !peer.isClosed) {
                peer.begun = copy(in);
            }
            peer.channel.write(out.flip());
            if (out.hasRemaining()) {
                peer.unsent = copy(out);
            }
        }

        private static void flush(Peer peer) throws IOException {
            if (peer.channel instanceof TlsChannel tls) {
                tls.flush();
            }
            ByteBuffer unsent = peer.unsent;
            if (unsent != null) {
                peer.channel.write(unsent);
                peer.unsent = unsent.hasRemaining() ? unsent : null;
            }
        }

        private static ByteBuffer copy(ByteBuffer bytes) {
            return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        }
    }
}
