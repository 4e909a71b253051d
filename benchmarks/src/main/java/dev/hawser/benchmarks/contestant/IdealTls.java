package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.load.Target;
import dev.hawser.benchmarks.tls.Certificate;
import dev.hawser.benchmarks.tls.TlsBuffers;
import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * The limit over TLS: what {@link RawEcho} does, with an engine of the JDK in the same thread. This is what every
 * server costs that leaves TLS to the JDK.
 */
final class IdealTls {
    private static final int BUFFER = 64 * 1024;
    private static final String[] PROTOCOLS = {Certificate.PROTOCOL};

    /** A connection. Used by the one thread only. */
    private static final class Peer {
        private final TlsChannel channel;
        private boolean begun;
        private boolean takesPart;

        private Peer(TlsChannel channel) {
            this.channel = channel;
        }
    }

    private final SSLContext context;
    private final TlsBuffers records = new TlsBuffers(BUFFER);
    private final ByteBuffer shared = ByteBuffer.allocate(BUFFER);
    private final Set<TlsChannel> receivers = new LinkedHashSet<>();

    IdealTls(Certificate certificate) throws IOException {
        context = certificate.serverContext();
    }

    /** Starts its thread, and returns the port. */
    int start() throws IOException {
        return EchoLoop.start("ideal-tls", this::handle);
    }

    private Peer peer(SocketChannel channel) throws IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(PROTOCOLS);
        return new Peer(new TlsChannel(channel, engine, records));
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                EchoLoop.accept(key, this::peer);
                return;
            }
            Peer peer = (Peer) key.attachment();
            if (key.isWritable()) {
                peer.channel.flush();
            } else {
                echo(peer);
            }
            if (key.isValid()) {
                // As in the raw echo, a peer that does not read is not read from.
                key.interestOps(peer.channel.hasUnsent() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void end(SelectionKey key) {
        try {
            if (key.attachment() instanceof Peer peer) {
                receivers.remove(peer.channel);
            }
            key.channel().close();
        } catch (IOException ignored) {
            // the connection is closed either way
        }
    }

    private void echo(Peer peer) throws IOException {
        TlsChannel channel = peer.channel;
        shared.clear();
        if (channel.read(shared) < 0) {
            receivers.remove(channel);
            channel.close();
            return;
        }
        shared.flip();
        if (shared.hasRemaining() && !peer.begun) {
            peer.begun = true;
            if (shared.get(0) == Target.TAKES_PART) {
                peer.takesPart = receivers.add(channel);
                shared.get();
            }
        }
        if (peer.takesPart) {
            broadcast();
        } else {
            channel.write(shared); // all of it, because the buffer for records has room
        }
    }

    /** Only for small messages and readers that keep up: nothing waits until a socket can be written again. */
    private void broadcast() throws IOException {
        int begin = shared.position();
        if (shared.hasRemaining()) {
            for (TlsChannel receiver : receivers) {
                receiver.write(shared.position(begin));
            }
        }
    }
}
