package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.load.Target;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limit: one thread that reads bytes and writes them back, or to all connections, without a protocol. This is what
 * every server costs in the kernel and in NIO. With TLS it is {@link IdealTls}.
 */
public final class RawEcho implements Server {
    private static final int BUFFER = 64 * 1024;

    /** A connection. Used by the one thread only. */
    private static final class Peer {
        /** What the socket has not yet taken. */
        private @Nullable ByteBuffer bytes;

        private boolean begun;
        private boolean takesPart;
    }

    private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER);
    private final Set<SocketChannel> receivers = new LinkedHashSet<>();

    @Override
    public Ports start() throws IOException {
        int plain = EchoLoop.start("raw-echo", this::handle);
        Certificate certificate = Certificate.ofContestant();
        return new Ports(plain, certificate == null ? 0 : new IdealTls(certificate).start());
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                EchoLoop.accept(key, channel -> new Peer());
            } else if (key.isWritable()) {
                writeRest(key);
            } else {
                echo(key);
            }
        } catch (IOException e) {
            key.cancel();
            receivers.remove(key.channel());
            try {
                key.channel().close();
            } catch (IOException ignored) {
                // the connection is closed either way
            }
        }
    }

    private void echo(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        shared.clear();
        if (channel.read(shared) < 0) {
            receivers.remove(channel);
            channel.close();
            return;
        }
        shared.flip();
        Peer connection = (Peer) key.attachment();
        if (!connection.begun) {
            connection.begun = true;
            if (shared.get(0) == Target.TAKES_PART) {
                connection.takesPart = receivers.add(channel);
                shared.get();
            }
        }
        if (connection.takesPart) {
            broadcast();
            return;
        }
        channel.write(shared);
        if (shared.hasRemaining()) {
            ByteBuffer rest = ByteBuffer.allocateDirect(shared.remaining());
            connection.bytes = rest.put(shared).flip();
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    /** Only for small messages and readers that keep up: what a socket does not take at once is lost. */
    private void broadcast() throws IOException {
        int begin = shared.position();
        if (shared.hasRemaining()) {
            for (SocketChannel receiver : receivers) {
                receiver.write(shared.position(begin));
            }
        }
    }

    private static void writeRest(SelectionKey key) throws IOException {
        Peer peer = (Peer) key.attachment();
        ByteBuffer bytes = peer.bytes;
        if (bytes != null) {
            ((SocketChannel) key.channel()).write(bytes);
            if (bytes.hasRemaining()) {
                return;
            }
        }
        peer.bytes = null;
        key.interestOps(SelectionKey.OP_READ);
    }
}
