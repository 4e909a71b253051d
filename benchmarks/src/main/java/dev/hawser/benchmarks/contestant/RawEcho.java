package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.load.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limit: one thread that reads bytes and writes them back, or to all connections, without a protocol. This is what
 * every server costs in the kernel and in NIO.
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
    public int start() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        listener.configureBlocking(false);
        Selector selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread thread = new Thread(() -> loop(selector), "raw-echo");
        thread.start();
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private void loop(Selector selector) {
        try {
            while (true) {
                selector.select(this::handle);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept(key);
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

    private static void accept(SelectionKey key) throws IOException {
        SocketChannel channel;
        while ((channel = ((ServerSocketChannel) key.channel()).accept()) != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(key.selector(), SelectionKey.OP_READ, new Peer());
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
