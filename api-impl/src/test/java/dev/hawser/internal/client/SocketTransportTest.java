package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.SelectorLoop;
import dev.hawser.internal.transport.SocketTransport;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocketTransportTest {
    private static final TestCertificates CERTIFICATES = TestCertificates.forLocalhost();
    private static final int LARGE = 8 * 1024 * 1024;

    enum Security {
        PLAIN,
        TLS_1_2,
        TLS_1_3;

        EchoPeer peer(boolean reads) throws IOException {
            SSLContext context = CERTIFICATES.server();
            return switch (this) {
                case PLAIN -> new EchoPeer(null, reads);
                case TLS_1_2 -> new EchoPeer(context, reads, "TLSv1.2");
                case TLS_1_3 -> new EchoPeer(context, reads, "TLSv1.3");
            };
        }
    }

    private final SelectorLoop loop =
            new SelectorLoop("hawser-client-selector", Duration.ofMillis(50), new SelectorLoop.Ending() {
                @Override
                public boolean mayEnd() {
                    return true;
                }

                @Override
                public void ended() {
                    // nothing else ends with it
                }
            });

    @AfterEach
    void nothingIsLeft() throws Exception {
        await(() -> ClientLeftovers.areNone(loop));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenComesBack(Security security) throws Exception {
        try (EchoPeer peer = security.peer(true)) {
            Recorder recorder = new Recorder(3);
            SocketTransport transport = open(security, peer, recorder);
            write(transport, "abc").get(30, TimeUnit.SECONDS);
            assertEquals("abc", new String(recorder.received.get(30, TimeUnit.SECONDS), StandardCharsets.UTF_8));
            assertEquals(security != Security.PLAIN, transport.isSecure());
            assertEquals(peer.address(), transport.remoteAddress());
            transport.close();
            assertNull(recorder.closed.get(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeWriteWaitsForAPeerThatDoesNotReadYet(Security security) throws Exception {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        try (EchoPeer peer = security.peer(false)) {
            Recorder recorder = new Recorder(LARGE);
            SocketTransport transport = open(security, peer, recorder);
            CompletableFuture<Void> written = new CompletableFuture<>();
            // gathering: three buffers, one of them direct, one empty
            ByteBuffer direct = ByteBuffer.allocateDirect(LARGE / 2)
                    .put(large, 0, LARGE / 2)
                    .flip();
            transport.write(
                    completing(written), direct, ByteBuffer.allocate(0), ByteBuffer.wrap(large, LARGE / 2, LARGE / 2));
            assertFalse(written.isDone(), "the peer cannot have taken it");
            peer.beginReading();
            written.get(30, TimeUnit.SECONDS);
            assertArrayEquals(large, recorder.received.get(30, TimeUnit.SECONDS));
            transport.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readingAndWritingThreadsDoNotDisturbEachOther(Security security) throws Exception {
        int size = 2_000;
        int count = 2_000;
        try (EchoPeer peer = security.peer(true)) {
            Recorder recorder = new Recorder(size * count);
            SocketTransport transport = open(security, peer, recorder);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            Random random = new Random(2);
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                sent.write(bytes);
                CompletableFuture<Void> written = new CompletableFuture<>();
                transport.write(completing(written), ByteBuffer.wrap(bytes));
                written.get(30, TimeUnit.SECONDS);
            }
            assertArrayEquals(sent.toByteArray(), recorder.received.get(30, TimeUnit.SECONDS));
            transport.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void abortFailsTheOutstandingWriteOnce(Security security) throws Exception {
        try (EchoPeer peer = security.peer(false)) {
            Recorder recorder = new Recorder(1);
            SocketTransport transport = open(security, peer, recorder);
            AtomicInteger completions = new AtomicInteger();
            CompletableFuture<Void> written = new CompletableFuture<>();
            CompletableFuture<Void> counted = written.whenComplete((nothing, failure) -> completions.incrementAndGet());
            transport.write(completing(written), ByteBuffer.allocate(LARGE));
            assertFalse(written.isDone());
            transport.abort();
            transport.close();
            assertTrue(counted.isCompletedExceptionally());
            assertNull(recorder.closed.get(30, TimeUnit.SECONDS));
            assertEquals(1, completions.get());
            assertEquals(1, recorder.closings.get());
            peer.beginReading();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterTheEndOfOutputTheEndOfInputIsStillRead(Security security) throws Exception {
        try (EchoPeer peer = security.peer(true)) {
            Recorder recorder = new Recorder(3);
            SocketTransport transport = open(security, peer, recorder);
            write(transport, "abc").get(30, TimeUnit.SECONDS);
            recorder.received.get(30, TimeUnit.SECONDS);
            transport.shutdownOutput();
            recorder.ended.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> late = write(transport, "x");
            assertTrue(late.isCompletedExceptionally(), "nothing can follow the end");
            transport.close();
        }
    }

    @Test
    void theEndOfOutputFollowsAnOutstandingWrite() throws Exception {
        try (EchoPeer peer = Security.PLAIN.peer(false)) {
            Recorder recorder = new Recorder(LARGE);
            SocketTransport transport = open(Security.PLAIN, peer, recorder);
            CompletableFuture<Void> written = new CompletableFuture<>();
            transport.write(completing(written), ByteBuffer.allocate(LARGE));
            transport.shutdownOutput();
            peer.beginReading();
            written.get(30, TimeUnit.SECONDS);
            recorder.ended.get(30, TimeUnit.SECONDS);
            assertEquals(LARGE, recorder.received.get().length);
            transport.close();
        }
    }

    @Test
    void aListenerThatThrowsEndsItsOwnConnectionOnly() throws Exception {
        try (EchoPeer first = Security.PLAIN.peer(true);
                EchoPeer second = Security.PLAIN.peer(true)) {
            Recorder good = new Recorder(3);
            SocketTransport unharmed = open(Security.PLAIN, second, good);
            IllegalStateException thrown = new IllegalStateException("thrown by the listener on purpose");
            CompletableFuture<@Nullable Throwable> told = new CompletableFuture<>();
            SocketTransport harmed = open(Security.PLAIN, first, new TransportListener() {
                @Override
                public void onOpen(Transport transport, ByteBuffer early) {
                    transport.demandRead();
                }

                @Override
                public void onReadable() {
                    throw thrown;
                }

                @Override
                public void onClosed(@Nullable Throwable cause) {
                    told.complete(cause);
                }
            });
            write(harmed, "x").get(30, TimeUnit.SECONDS);
            assertSame(thrown, told.get(30, TimeUnit.SECONDS));
            write(unharmed, "abc").get(30, TimeUnit.SECONDS);
            assertEquals("abc", new String(good.received.get(30, TimeUnit.SECONDS), StandardCharsets.UTF_8));
            unharmed.close();
        }
    }

    @Test
    void allCallbacksRunOnTheOneSelectorThread() throws Exception {
        try (EchoPeer peer = Security.PLAIN.peer(true)) {
            Recorder recorder = new Recorder(1);
            SocketTransport transport = open(Security.PLAIN, peer, recorder);
            write(transport, "x").get(30, TimeUnit.SECONDS);
            recorder.received.get(30, TimeUnit.SECONDS);
            transport.close();
            recorder.closed.get(30, TimeUnit.SECONDS);
            assertEquals(
                    List.of(ClientCore.SELECTOR_THREAD),
                    recorder.threads.stream().distinct().toList());
        }
    }

    @Test
    void theSelectorThreadEndsSomeTimeAfterTheLastConnectionAndComesBack() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (EchoPeer peer = Security.PLAIN.peer(true)) {
                Recorder recorder = new Recorder(1);
                SocketTransport transport = open(Security.PLAIN, peer, recorder);
                write(transport, "x").get(30, TimeUnit.SECONDS);
                recorder.received.get(30, TimeUnit.SECONDS);
                transport.close();
            }
            await(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals(ClientCore.SELECTOR_THREAD)));
        }
    }

    @Test
    void aReadAppendsBehindWhatIsUnread() throws Exception {
        try (EchoPeer peer = Security.PLAIN.peer(true)) {
            BlockingQueue<String> readable = new LinkedBlockingQueue<>();
            SocketTransport transport = open(Security.PLAIN, peer, new TransportListener() {
                @Override
                public void onOpen(Transport opened, ByteBuffer early) {
                    opened.demandRead();
                }

                @Override
                public void onReadable() {
                    readable.add("readable");
                }

                @Override
                public void onClosed(@Nullable Throwable cause) {
                    readable.add("closed");
                }
            });
            write(transport, "cd").get(30, TimeUnit.SECONDS);
            assertEquals("readable", readable.poll(30, TimeUnit.SECONDS));
            ByteBuffer unread =
                    ByteBuffer.wrap("  ab".getBytes(StandardCharsets.UTF_8)).position(2);
            assertEquals(2, transport.read(unread), "the unread bytes move to make room");
            assertEquals(
                    "abcd", StandardCharsets.UTF_8.decode(unread.duplicate()).toString());
            assertEquals(0, transport.read(unread.position(3)), "nothing is there now");
            assertEquals("d", StandardCharsets.UTF_8.decode(unread.duplicate()).toString());
            transport.close();
        }
    }

    private SocketTransport open(Security security, EchoPeer peer, TransportListener listener) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofSeconds(10));
        SelectorLoop.Lease lease = loop.lease();
        SocketChannel channel = new TcpConnect(lease, deadline, null).connect(List.of(peer.address()));
        SocketTransport transport = SocketTransport.on(lease, channel);
        DeadlineStream stream = new DeadlineStream(transport, deadline);
        if (security != Security.PLAIN) {
            new TlsHandshake(new SideThreads(4), new TlsBuffers(), CERTIFICATES.client(), null)
                    .secure(
                            transport,
                            channel,
                            stream,
                            HostPort.of("localhost", peer.address().getPort()),
                            deadline);
        }
        transport.start(listener, stream.early(), () -> {}).get(30, TimeUnit.SECONDS);
        return transport;
    }

    private static CompletableFuture<Void> write(Transport transport, String text) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        transport.write(completing(written), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return written;
    }

    private static Transport.WriteCompletion completing(CompletableFuture<Void> future) {
        return new Transport.WriteCompletion() {
            @Override
            public void written() {
                if (!future.complete(null)) {
                    throw new IllegalStateException("completed twice");
                }
            }

            @Override
            public void failed(Throwable cause) {
                if (!future.completeExceptionally(cause)) {
                    throw new IllegalStateException("completed twice");
                }
            }
        };
    }

    /** Reads until {@code expected} bytes have come, and on to the end. */
    private static final class Recorder implements TransportListener {
        final CompletableFuture<byte[]> received = new CompletableFuture<>();
        final CompletableFuture<@Nullable Throwable> closed = new CompletableFuture<>();
        final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        final AtomicInteger closings = new AtomicInteger();
        final BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int expected;
        private final CountDownLatch opened = new CountDownLatch(1);
        private @Nullable Transport transport;

        Recorder(int expected) {
            this.expected = expected;
        }

        @Override
        public void onOpen(Transport open, ByteBuffer early) {
            threads.add(Thread.currentThread().getName());
            transport = open;
            opened.countDown();
            open.demandRead();
        }

        @Override
        public void onReadable() {
            threads.add(Thread.currentThread().getName());
            Transport open = java.util.Objects.requireNonNull(transport);
            ByteBuffer buffer = ByteBuffer.allocate(1_500).limit(0);
            try {
                // one read only, so that bytes may stay inside TLS
                int count = open.read(buffer);
                if (count < 0) {
                    ended.complete(null);
                    return;
                }
                byte[] arrived = new byte[buffer.remaining()];
                buffer.get(arrived);
                bytes.writeBytes(arrived);
            } catch (IOException e) {
                received.completeExceptionally(e);
                ended.completeExceptionally(e);
                return;
            }
            if (bytes.size() >= expected) {
                received.complete(bytes.toByteArray());
            }
            open.demandRead();
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            threads.add(Thread.currentThread().getName());
            closings.incrementAndGet();
            closed.complete(cause);
        }
    }

    /** Waits for what other threads bring about. */
    static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "the condition did not come true within 20 s");
            never.await(5, TimeUnit.MILLISECONDS);
        }
    }
}
