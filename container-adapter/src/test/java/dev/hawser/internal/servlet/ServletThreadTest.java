package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An error of the JVM in what a servlet container's threads call ends that connection, once, and does not come out:
 * Undertow would log it on its I/O thread, for which there may be no memory.
 */
class ServletThreadTest {
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final List<Throwable> cameOut = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("org.xnio");
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord line) {
            Throwable thrown = line.getThrown();
            if (thrown != null) {
                cameOut.add(thrown);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Thread.@Nullable UncaughtExceptionHandler before;

    @BeforeEach
    void record() {
        logger.addHandler(recorder);
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> cameOut.add(thrown));
    }

    @AfterEach
    void stopRecording() {
        logger.removeHandler(recorder);
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT", "UNDERTOW"})
    void anErrorWhileItReadsEndsThatConnectionOnly(Container container) throws Exception {
        assertEndsThatConnectionOnly(container, "read");
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT", "UNDERTOW"})
    void anErrorWhileTheEndIsToldEndsThatConnectionOnly(Container container) throws Exception {
        assertEndsThatConnectionOnly(container, "closed");
    }

    /** @param when the call of the listener that throws, of the connection that sends this */
    private void assertEndsThatConnectionOnly(Container container, String when) throws Exception {
        try (TestServer server = container.start(Application.of().with(new RawEcho()));
                RawClient other = new RawClient(server.port());
                RawClient failing = new RawClient(server.port())) {
            for (RawClient client : List.of(other, failing)) {
                client.send("GET /raw HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
                client.readHead();
                assertEquals(101, client.status(), client.head());
            }
            assertEchoes(other, "before");
            failing.send(when);
            assertIsGone(failing);
            assertNotNull(closed.poll(30, TimeUnit.SECONDS), "its end is not told");
            assertEchoes(other, "behind");
            assertNull(closed.poll(), "the end of another one is told, or a second time");
        }
        assertEquals(List.of(), cameOut);
    }

    private static void assertEchoes(RawClient client, String text) throws IOException {
        client.send(text);
        assertEquals(
                text,
                new String(client.socket().getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII));
    }

    private static void assertIsGone(RawClient client) throws IOException {
        try {
            assertEquals(0, client.readToEnd().length);
        } catch (SocketException e) {
            // a reset says it as well
        }
    }

    /** Upgrades each request to a {@link FailingEcho}. */
    private final class RawEcho implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            HttpServletRequest http = (HttpServletRequest) request;
            boolean isUndertow = request.getClass().getName().startsWith("io.undertow.");
            NativeConnection connection =
                    isUndertow ? UndertowConnection.of(http) : new TomcatConnection(ForkJoinPool.commonPool());
            HttpServletResponse http101 = (HttpServletResponse) response;
            http101.setStatus(101);
            http101.setHeader("Connection", "Upgrade");
            http101.setHeader("Upgrade", "raw");
            http.upgrade(ServletUpgradeHandler.class)
                    .give(new ServletTransport(new FailingEcho(), connection, new Peers(null, null, false)));
        }
    }

    /** Sends back what it reads, and throws where the peer says so. */
    private final class FailingEcho implements TransportListener {
        private final ByteBuffer buffer = ByteBuffer.allocate(100);
        private volatile @Nullable Transport transport;
        private volatile String when = "";

        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            transport = opened;
            opened.demandRead();
        }

        @Override
        public void onReadable() {
            Transport from = transport;
            if (from == null) {
                throw new IllegalStateException("not open");
            }
            try {
                int count = from.read(buffer.clear().flip());
                if (count < 0) {
                    from.close();
                    return;
                }
            } catch (IOException e) {
                from.abort();
                return;
            }
            String text = StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
            if (text.equals("read") || text.equals("closed")) {
                when = text;
                failAt("read");
                from.abort();
                return;
            }
            from.write(
                    new Transport.WriteCompletion() {
                        @Override
                        public void written() {
                            from.demandRead();
                        }

                        @Override
                        public void failed(Throwable cause) {
                            from.abort();
                        }
                    },
                    buffer);
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            closed.add(when);
            failAt("closed");
        }

        private void failAt(String call) {
            if (when.equals(call)) {
                throw new OutOfMemoryError("of a test");
            }
        }
    }
}
