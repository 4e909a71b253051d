package dev.hawser.benchmarks.contestant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** What the servers without a protocol have in common: a listener, and one thread with a selector. */
public final class EchoLoop {
    private static final int BACKLOG = 1024;

    private EchoLoop() {}

    /** What a connection is to its server; it becomes the attachment of its key. */
    public interface Peers {
        /** A connection that was accepted. */
        Object peer(SocketChannel channel) throws IOException;
    }

    /** Starts a thread that hands each selected key to {@code handler}; returns the port. */
    public static int start(String name, Consumer<SelectionKey> handler) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        Selector selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        new Thread(() -> loop(selector, handler), name).start();
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void loop(Selector selector, Consumer<SelectionKey> handler) {
        try {
            while (true) {
                selector.select(handler);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accepts all connections that wait. */
    public static void accept(SelectionKey key, Peers peers) throws IOException {
        SocketChannel channel;
        while ((channel = ((ServerSocketChannel) key.channel()).accept()) != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(key.selector(), SelectionKey.OP_READ, peers.peer(channel));
        }
    }
}
