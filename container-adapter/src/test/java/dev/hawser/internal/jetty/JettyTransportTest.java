package dev.hawser.internal.jetty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of Transport over real sockets of Jetty, plain ({@code false}) and TLS ({@code true}). */
class JettyTransportTest {
    private static final byte[] NOTHING = {};
    private static final byte[] FAREWELL = "farewell".getBytes(StandardCharsets.US_ASCII);

    private final BlockingQueue<RecordingEcho> echoes = new LinkedBlockingQueue<>();
    private RawServer server;
    private volatile boolean throwsInOnOpen;

    @BeforeEach
    void start() throws Exception {
        server = new RawServer(() -> {
            RecordingEcho echo = new RecordingEcho(FAREWELL);
            echo.throwsInOnOpen = throwsInOnOpen;
            echoes.add(echo);
            return echo;
        });
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesBehindTheHandshakeAreNotLost(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, ascii("early"))) {
            assertEquals("early", read(socket, 5));
            send(socket, "late");
            assertEquals("late", read(socket, 4));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jettysListenersAreToldOfTheConnectionWhateverOthersThrow(boolean secure) throws Exception {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        server.listen(listener(
                () -> {
                    throw new StackOverflowError("of a test");
                },
                () -> {
                    throw new IllegalStateException("of a test");
                }));
        server.listen(listener(opened::incrementAndGet, closed::incrementAndGet));
        try (Socket socket = server.upgrade(secure, ascii("x"))) {
            assertEquals("x", read(socket, 1));
            assertEquals(1, opened.get());
        }
        assertClosedOnce(echo());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (closed.get() == 0) {
            assertTrue(System.nanoTime() < deadline, "not told");
            Thread.onSpinWait();
        }
        assertEquals(1, opened.get());
        assertEquals(1, closed.get());
    }

    private static Connection.Listener listener(Runnable opened, Runnable closed) {
        return new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                if (connection instanceof JettyTransport) {
                    opened.run();
                }
            }

            @Override
            public void onClosed(Connection connection) {
                if (connection instanceof JettyTransport) {
                    closed.run();
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesThatArriveOneByOneAreEchoed(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            for (char letter = 'a'; letter <= 'z'; letter++) {
                send(socket, String.valueOf(letter));
                assertEquals(String.valueOf(letter), read(socket, 1));
            }
        }
        RecordingEcho echo = echo();
        assertClosedOnce(echo);
        assertEachWriteEndedOnce(echo);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSlowReaderGetsThreeMegabytesInOrder(boolean secure) throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.getOutputStream().flush();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            byte[] received = new byte[sent.length];
            InputStream in = socket.getInputStream();
            for (int at = 0; at < received.length; ) {
                int count = in.read(received, at, Math.min(1000, received.length - at));
                assertTrue(count > 0, "end of stream at " + at);
                at += count;
            }
            sender.get(30, TimeUnit.SECONDS);
            assertArrayEquals(sent, received);
        }
        RecordingEcho echo = echo();
        assertClosedOnce(echo);
        assertEachWriteEndedOnce(echo);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterThePeersEndOfStreamThisSideMayStillWrite(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            send(socket, "x");
            assertEquals("x", read(socket, 1));
            socket.shutdownOutput();
            assertArrayEquals(FAREWELL, socket.getInputStream().readAllBytes());
        }
        RecordingEcho echo = echo();
        assertTrue(echo.ended.await(30, TimeUnit.SECONDS));
        assertClosedOnce(echo);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theReaderRunsOnTheSelectorThreadBehindOneOwnFrame(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            send(socket, "x");
            assertEquals("x", read(socket, 1));
        }
        StackTraceElement[] stack = echo().stacks.poll(30, TimeUnit.SECONDS);
        assertNotNull(stack);
        String trace = Arrays.toString(stack);
        // Jetty's "produce, consume": the thread that selected runs the task itself, instead of handing production to
        // another one.
        assertTrue(trace.contains("AdaptiveExecutionStrategy.pcRunTask"), trace);
        long own = Arrays.stream(stack)
                .filter(frame -> frame.getClassName().startsWith("dev.hawser."))
                .count();
        assertEquals(2, own, "the transport's one frame and the listener's: " + trace);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void silenceDoesNotEndTheConnection(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            socket.setSoTimeout(1500); // three times the connector's idle timeout
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
            socket.setSoTimeout(20_000);
            send(socket, "still here");
            assertEquals("still here", read(socket, 10));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingFromThisSideIsToldOnceWithoutACause(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            RecordingEcho echo = echo();
            assertTrue(echo.opened.await(30, TimeUnit.SECONDS));
            echo.transport().close();
            assertEquals(-1, socket.getInputStream().read());
            assertEquals(Optional.empty(), echo.closed.poll(30, TimeUnit.SECONDS));
            echo.transport().close();
            echo.transport().abort();
            assertNull(echo.closed.poll(100, TimeUnit.MILLISECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void abortFailsTheOutstandingWriteOnce(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            RecordingEcho echo = echo();
            assertTrue(echo.opened.await(30, TimeUnit.SECONDS));
            echo.write(ByteBuffer.allocate(8 * 1024 * 1024), () -> {}); // more than the socket buffers take
            assertEquals(0, echo.written.get());
            echo.transport().abort();
            assertNotNull(echo.failed.poll(30, TimeUnit.SECONDS));
            assertTrue(echo.closed.poll(30, TimeUnit.SECONDS) != null);
            assertNull(echo.failed.poll(100, TimeUnit.MILLISECONDS));
            assertEquals(0, echo.written.get());
            assertTrue(socket.isConnected());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatResetsWhileWeReadIsToldOnce(boolean secure) throws Exception {
        Socket socket = server.upgrade(secure, NOTHING);
        RecordingEcho echo = echo();
        assertTrue(echo.opened.await(30, TimeUnit.SECONDS));
        reset(socket);
        assertTrue(echo.ended.await(30, TimeUnit.SECONDS));
        assertClosedOnce(echo);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatResetsWhileWeWriteFailsTheWriteOnce(boolean secure) throws Exception {
        Socket socket = server.upgrade(secure, NOTHING);
        RecordingEcho echo = echo();
        assertTrue(echo.opened.await(30, TimeUnit.SECONDS));
        echo.write(ByteBuffer.allocate(8 * 1024 * 1024), () -> {});
        assertEquals(0, echo.written.get());
        reset(socket);
        assertNotNull(echo.failed.poll(30, TimeUnit.SECONDS));
        assertClosedOnce(echo);
        assertEachWriteEndedOnce(echo);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerThatThrowsWhenItOpensIsToldTheEndAndSoIsThePeer(boolean secure) throws Exception {
        throwsInOnOpen = true;
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            assertClosedOnce(echo());
            assertIsGone(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerThatThrowsWhenItReadsIsToldTheEndAndSoIsThePeer(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            send(socket, "first");
            assertEquals("first", read(socket, 5));
            RecordingEcho echo = echo();
            echo.throwsInOnReadable = true;
            send(socket, "second");
            assertClosedOnce(echo);
            assertIsGone(socket);
        }
    }

    private static void assertIsGone(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays", e);
        } catch (IOException e) {
            // a reset says it as well
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void addressesAndSecurityAreThoseOfTheSocket(boolean secure) throws Exception {
        try (Socket socket = server.upgrade(secure, NOTHING)) {
            RecordingEcho echo = echo();
            assertTrue(echo.opened.await(30, TimeUnit.SECONDS));
            Transport transport = echo.transport();
            assertEquals(socket.getLocalSocketAddress(), transport.remoteAddress());
            assertEquals(socket.getRemoteSocketAddress(), transport.localAddress());
            assertEquals(secure, transport.isSecure());
        }
    }

    private RecordingEcho echo() throws InterruptedException {
        RecordingEcho echo = echoes.poll(30, TimeUnit.SECONDS);
        assertNotNull(echo);
        return echo;
    }

    private static void assertClosedOnce(RecordingEcho echo) throws InterruptedException {
        assertNotNull(echo.closed.poll(30, TimeUnit.SECONDS), "onClosed was not called");
        assertNull(echo.closed.poll(100, TimeUnit.MILLISECONDS), "onClosed was called again");
    }

    private static void assertEachWriteEndedOnce(RecordingEcho echo) throws InterruptedException {
        int writes = echo.writes.get();
        // The last one may end a moment after onClosed, on the selector's thread.
        assertTrue(echo.completions.tryAcquire(writes, 20, TimeUnit.SECONDS), "a write was not completed");
        assertEquals(echo.writes.get(), writes + echo.completions.availablePermits());
    }

    private static void reset(Socket socket) throws IOException {
        // With a linger of 0 the close sends RST instead of FIN. An SSLSocket layered on another passes the option
        // down.
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(ascii(text));
        socket.getOutputStream().flush();
    }

    private static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
    }
}
