package dev.hawser.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.tls.Certificate;
import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection whose server reads late. */
@Timeout(60)
class LoadConnectionTest {
    private static final int SIZE = 64 * 1024;

    private static final int MOST_MESSAGES = 1000;

    private static final long DEADLINE_NANOS = 10_000_000_000L;
    private final ClientFrames frames = new ClientFrames(Workload.echo(Content.BINARY, SIZE, 1, 1));
    private final ByteBuffer received = ByteBuffer.allocate(256 * 1024);
    private final CountDownLatch mayRead = new CountDownLatch(1);
    private final CompletableFuture<byte[]> read = new CompletableFuture<>();

    private void readLate(InputStream in, OutputStream out) throws IOException {
        try {
            mayRead.await();
            read.complete(in.readAllBytes());
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            read.completeExceptionally(new IOException("The end did not come"));
        }
    }

    @Test
    void whatTheSocketHasNotTakenIsSentOnceItCanBeWrittenAgain(@TempDir Path folder) throws Exception {
        Certificate certificate = Certificate.create(folder);
        SSLContext context = certificate.serverContext();
        try (TlsServer server = new TlsServer(() -> context, this::readLate);
                Selector selector = Selector.open()) {
            Target target = server.target(true, certificate);
            SocketChannel socket = SocketChannel.open(server.address());
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            TlsChannel tls = new TlsClient(target, Workload.Tls.FULL).connect(socket, 0);
            LoadConnection connection = new LoadConnection(key, tls, true, new RawReplies(frames, 0), frames, 0, 1);
            while (!tls.isEstablished()) {
                selector.select();
                assertTrue(connection.receive(received) >= 0);
            }
            int messages = 0;
            while (!tls.hasUnsent() && messages < MOST_MESSAGES) { // until the kernel keeps no more
                connection.send(1);
                messages++;
            }
            assertTrue(tls.hasUnsent());
            assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE, key.interestOps());
            mayRead.countDown();
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (key.interestOps() != SelectionKey.OP_READ && System.nanoTime() < deadline) {
                selector.select(selected -> flush(connection));
            }
            assertFalse(tls.hasUnsent());
            connection.close();
            ByteBuffer bytes = ByteBuffer.wrap(read.get(30, TimeUnit.SECONDS));
            RawReplies sent = new RawReplies(frames, 0);
            assertEquals(messages, sent.read(bytes)); // all are as they should be, and nothing is missing
        }
    }

    private static void flush(LoadConnection connection) {
        try {
            connection.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
