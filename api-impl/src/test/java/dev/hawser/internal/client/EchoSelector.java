package dev.hawser.internal.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A WebSocket echo for many clients on one thread; messages are shorter than 126 bytes and come in one piece. */
final class EchoSelector implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();

    EchoSelector() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        Thread thread = new Thread(this::run, "echo-selector");
        thread.setDaemon(true);
        thread.start();
    }

    URI uri() throws IOException {
        return URI.create("ws://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort());
    }

    private void run() {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (IOException | ClosedSelectorException e) {
            // the test is over
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel accepted = server.accept();
                accepted.configureBlocking(false);
                accepted.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(1024));
            } else {
                read((SocketChannel) key.channel(), (ByteBuffer) key.attachment());
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    private static void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
        if (channel.read(buffer) < 0) {
            channel.close();
            return;
        }
        buffer.flip();
        if (buffer.hasRemaining() && buffer.get(0) == 'G') {
            String head = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
            if (head.endsWith("\r\n\r\n")) {
                channel.write(ByteBuffer.wrap(ScriptedServer.accept(head).getBytes(StandardCharsets.ISO_8859_1)));
                buffer.clear();
            } else {
                buffer.compact();
            }
            return;
        }
        while (buffer.remaining() >= 6 && buffer.remaining() >= 6 + (buffer.get(buffer.position() + 1) & 0x7F)) {
            byte first = buffer.get();
            byte[] payload = new byte[buffer.get() & 0x7F];
            byte[] mask = new byte[4];
            buffer.get(mask).get(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            ByteBuffer frame = ByteBuffer.allocate(2 + payload.length);
            channel.write(
                    frame.put(first).put((byte) payload.length).put(payload).flip());
            if ((first & 0xF) == 8) {
                channel.close();
                return;
            }
        }
        buffer.compact();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        server.close();
    }
}
