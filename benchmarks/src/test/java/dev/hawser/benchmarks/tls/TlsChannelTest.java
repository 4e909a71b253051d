package dev.hawser.benchmarks.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two channels, or a channel and the JDK's TLS socket, over a blocking socket of the loopback interface. */
@Timeout(30)
class TlsChannelTest {
    private static final int SIZE = 64 * 1024;

    private final TlsBuffers buffers = new TlsBuffers(SIZE);
    private final ByteBuffer received = ByteBuffer.allocate(2 * SIZE);

    private static SSLContext context(Path folder) throws Exception {
        return Certificate.create(folder).serverContext();
    }

    private static SSLSocket secure(SSLContext context, Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private TlsChannel client(ServerSocket listener) throws Exception {
        SSLEngine engine = Certificate.clientContext(new TrustsAll()).createSSLEngine();
        engine.setUseClientMode(true);
        return new TlsChannel(SocketChannel.open(listener.getLocalSocketAddress()), engine, buffers);
    }

    private void establish(TlsChannel channel) throws IOException {
        while (!channel.isEstablished()) {
            assertTrue(channel.read(received) >= 0);
        }
    }

    @Test
    void theEndIsNoticedThoughItComesTogetherWithTheLastBytes(@TempDir Path folder) throws Exception {
        SSLContext context = context(folder);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsChannel client = client(listener);
                SSLSocket server = secure(context, listener.accept())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    server.getOutputStream().write(new byte[SIZE / 2]);
                    server.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            establish(client);
            sent.get(20, TimeUnit.SECONDS);
            while (received.position() < SIZE / 2) {
                assertFalse(client.isInputDone());
                assertTrue(client.read(received) >= 0);
            }
            assertTrue(client.isInputDone()); // although no read has returned -1
            assertEquals(-1, client.read(received));
        }
    }

    @Test
    void nothingIsSentBeforeTheHandshakeIsComplete(@TempDir Path folder) throws Exception {
        SSLContext context = context(folder);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsChannel client = client(listener);
                SSLSocket server = secure(context, listener.accept())) {
            ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
            assertEquals(0, client.write(bytes));
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.getInputStream().readNBytes(3);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            establish(client);
            assertEquals(3, client.write(bytes));
            assertEquals(3, read.get(20, TimeUnit.SECONDS)[2]);
        }
    }
}
