package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wire to a blocking TLS server of the JDK, which sends back as many bytes as it is asked for. */
class TlsWireTest {
    private static final TestCertificates CERTIFICATES = TestCertificates.forLocalhost();

    /** So many random bytes. */
    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static void serve(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int count = in.readInt(); count > 0; count = in.readInt()) {
                socket.getOutputStream().write(bytes(count));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anIdleConnectionThatHasReadHoldsNoBuffer(String protocol) throws Exception {
        try (World world = new World(protocol)) {
            assertTrue(world.wire.heldBytes() > 0, "the handshake needed a buffer");
            for (int count : new int[] {300, 1, 2, 5000, 100_000, 5}) {
                assertArrayEquals(bytes(count), world.ask(count));
                assertEquals(0, world.readNothing(), "there is no more");
                assertEquals(0, world.wire.heldBytes(), () -> "after " + count + " bytes");
            }
        }
    }

    @Test
    void aFirstRecordOfOneByteIsReadToo() throws Exception {
        try (World world = new World("TLSv1.3")) {
            assertArrayEquals(bytes(1), world.ask(1));
            assertArrayEquals(bytes(2), world.ask(2));
        }
    }

    /** A wire after its handshake. */
    private static final class World implements AutoCloseable {
        private final SSLServerSocket server;
        private final CompletableFuture<Void> served;
        private final SocketChannel channel;
        private final Selector selector = Selector.open();
        private final SelectionKey key;
        final TlsWire wire;

        World(String protocol) throws Exception {
            server = (SSLServerSocket) CERTIFICATES
                    .server()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
            served = CompletableFuture.runAsync(() -> serve(server));
            channel =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            channel.configureBlocking(false);
            key = channel.register(selector, 0);
            SSLEngine engine = CERTIFICATES.client().createSSLEngine("localhost", server.getLocalPort());
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(new String[] {protocol});
            wire = new TlsWire(channel, engine, new TlsBuffers());
            shakeHands();
        }

        private void shakeHands() throws IOException {
            for (TlsWire.Step step = wire.handshake(); !(step instanceof TlsWire.Step.Done); step = wire.handshake()) {
                if (step instanceof TlsWire.Step.Await await) {
                    await(await.interest());
                } else if (step instanceof TlsWire.Step.Run run) {
                    run.task().run();
                }
            }
        }

        private void await(int interest) throws IOException {
            key.interestOps(interest);
            assertTrue(selector.select(Duration.ofSeconds(30).toMillis()) > 0, "nothing happens");
            selector.selectedKeys().clear();
        }

        byte[] ask(int count) throws IOException {
            assertTrue(wire.write(new ByteBuffer[] {ByteBuffer.allocate(4).putInt(0, count)}));
            ByteBuffer answer = ByteBuffer.allocate(count);
            while (answer.hasRemaining()) {
                if (wire.read(answer) == 0) {
                    await(wire.readInterest());
                }
            }
            return answer.array();
        }

        int readNothing() throws IOException {
            return wire.read(ByteBuffer.allocate(1));
        }

        @Override
        public void close() throws Exception {
            assertTrue(wire.write(new ByteBuffer[] {ByteBuffer.allocate(4)}));
            served.get();
            wire.close();
            channel.close();
            selector.close();
            server.close();
        }
    }
}
