package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.protocol.handshake.AcceptKey;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer sends about 64 KiB at once that inflate to 48 MiB, while the callbacks do not go on. What its connection holds
 * stays within {@code inboundBytes} and one message, however many turns others have meanwhile, and nothing is lost when
 * the callbacks go on.
 */
class InflatedFloodTest {
    private static final int MESSAGES = 768;
    private static final int SIZE = 64 * 1024;
    private static final long MOST = Setting.INBOUND_BYTES.defaultValue() + (long) SIZE;
    /** Messages of a bystander; each is a turn of others, in which the flood could be parsed on. */
    private static final int ECHOES = 200;

    /** What the one endpoint that is flooded does. */
    private static final AtomicReference<Flooded> FLOODED = new AtomicReference<>();

    /** Waits in its first message; then all of them are to come in their order. */
    private static final class Flooded {
        final CountDownLatch mayGo = new CountDownLatch(1);
        final AtomicInteger messages = new AtomicInteger();
        final AtomicReference<String> wrong = new AtomicReference<>();

        void take(String message) throws InterruptedException {
            CountedDeflate.DELIVERED.addAndGet(message.length());
            mayGo.await();
            int number = messages.getAndIncrement();
            if (!message.equals(message(number))) {
                wrong.compareAndSet(null, "message " + number + " is " + message.substring(0, 10));
            }
        }
    }

    /** Does not go on until it may. */
    @ServerEndpoint("/waits")
    public static class Waits {
        @OnMessage
        public void take(String message) throws InterruptedException {
            FLOODED.get().take(message);
        }
    }

    /** Goes on until its peer must read. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String message) {
            CountedDeflate.DELIVERED.addAndGet(message.length());
            return message;
        }
    }

    /** The flooded one's neighbour. */
    @ServerEndpoint("/bystander")
    public static class Bystander {
        @OnMessage
        public String echo(String message) {
            return message;
        }
    }

    @TempDir
    Path folder;

    private URLClassLoader application;

    @BeforeEach
    void begin() throws Exception {
        application = CountedDeflate.application(folder);
        CountedDeflate.reset();
        FLOODED.set(new Flooded());
    }

    @AfterEach
    void end() throws Exception {
        FLOODED.get().mayGo.countDown();
        application.close();
    }

    private static String message(int number) {
        return "%08d".formatted(number) + "a".repeat(SIZE - 8);
    }

    /** The messages as compressed frames, masked with zeros or not at all, and a close frame behind them. */
    private static byte[] flood(boolean masked) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        byte[] out = new byte[1000];
        for (int i = 0; i < MESSAGES; i++) {
            Deflater deflater = new Deflater(9, true);
            deflater.setInput(message(i).getBytes(StandardCharsets.US_ASCII));
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH) - 4; // RFC 7692 7.2.1
            deflater.end();
            frame(frames, 0xC1, masked, out, length);
        }
        frame(frames, 0x88, masked, new byte[] {0x03, (byte) 0xE8}, 2); // 1000
        return frames.toByteArray();
    }

    private static void frame(ByteArrayOutputStream to, int first, boolean masked, byte[] payload, int length) {
        assertTrue(length < 126, "small frames are what it is about");
        to.write(first);
        to.write(masked ? 0x80 | length : length);
        to.writeBytes(new byte[masked ? 4 : 0]);
        to.write(payload, 0, length);
    }

    static List<Container> containers() {
        return Container.underTest().toList();
    }

    private TestServer start(Container container) throws Exception {
        Application endpoints = Application.of(Waits.class, Echo.class, Bystander.class);
        return container.start(endpoints.in(Surroundings.NONE.with(application)));
    }

    private static RawClient open(TestServer server, String path) throws Exception {
        RawClient client = new RawClient(server.port());
        client.send(RawClient.handshake(path, "Sec-WebSocket-Extensions: permessage-deflate"));
        client.readHead();
        return client.upgraded();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aServerHoldsNoMoreThanTheBoundWhileItsCallbackWaits(Container container) throws Exception {
        Flooded flooded = FLOODED.get();
        try (TestServer server = start(container);
                RawClient bystander = server.connect("/bystander").upgraded();
                RawClient client = open(server, "/waits")) {
            client.send(flood(true));
            assertHoldsNoMoreThanTheBound(() -> bystander.assertEchoes("meanwhile"));
            flooded.mayGo.countDown();
            assertEquals(1000, client.readCloseCode());
        }
        assertAllCame(flooded);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aServerHoldsNoMoreThanTheBoundWhileThePeerDoesNotReadItsReplies(Container container) throws Exception {
        try (TestServer server = start(container);
                RawClient bystander = server.connect("/bystander").upgraded();
                RawClient client = open(server, "/echo")) {
            client.send(flood(true));
            assertHoldsNoMoreThanTheBound(() -> bystander.assertEchoes("meanwhile"));
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals(message(i), client.readFrame().text());
            }
            assertEquals(1000, client.readCloseCode());
        }
        assertHeldNoMoreThanTheBound();
    }

    @Test
    void aClientHoldsNoMoreThanTheBoundWhileItsCallbackWaits() throws Exception {
        Flooded flooded = FLOODED.get();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(application);
        BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();
        try (ServerSocket flooder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EmbeddedServer server = new EmbeddedServer("/", Bystander.class).start();
                EndpointClientContainer container = new EndpointClientContainer()) {
            Thread peer = new Thread(() -> flood(flooder, closeCodes), "flooder");
            peer.start();
            BlockingQueue<String> echoes = new LinkedBlockingQueue<>();
            Session bystander = connect(container, server.port(), "/bystander", echoes::add);
            connect(container, flooder.getLocalPort(), "/", message -> {
                try {
                    flooded.take(message);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertHoldsNoMoreThanTheBound(() -> {
                bystander.getBasicRemote().sendText("meanwhile");
                assertEquals("meanwhile", echoes.poll(30, TimeUnit.SECONDS));
            });
            flooded.mayGo.countDown();
            assertEquals(1000, closeCodes.poll(30, TimeUnit.SECONDS));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertAllCame(flooded);
    }

    private static Session connect(
            EndpointClientContainer container, int port, String path, MessageHandler.Whole<String> handler)
            throws Exception {
        Endpoint endpoint = new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(String.class, handler);
            }
        };
        return container.connectToServer(
                endpoint, ClientEndpointConfig.Builder.create().build(), URI.create("ws://127.0.0.1:" + port + path));
    }

    /** A server of one connection. */
    private static void flood(ServerSocket listening, BlockingQueue<Integer> closeCodes) {
        try (RawClient peer = new RawClient(listening.accept())) {
            String head = peer.readHead();
            int at = head.indexOf("Sec-WebSocket-Key: ") + 19;
            peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Accept: "
                    + AcceptKey.of(head.substring(at, head.indexOf('\r', at))) + "\r\n\r\n");
            peer.send(flood(false));
            // the answer is masked: 88 82, the key, the code
            byte[] answer = peer.socket().getInputStream().readNBytes(8);
            closeCodes.add(((answer[6] ^ answer[2]) & 0xFF) << 8 | (answer[7] ^ answer[3]) & 0xFF);
        } catch (java.io.IOException e) {
            closeCodes.add(1006);
        }
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    private static void assertHoldsNoMoreThanTheBound(Meanwhile turnOfOthers) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (CountedDeflate.INFLATED.get() < MOST - 2 * SIZE) {
            assertTrue(System.nanoTime() < deadline, () -> "only " + CountedDeflate.INFLATED + " bytes are inflated");
            LockSupport.parkNanos(500_000);
        }
        for (int i = 0; i < ECHOES; i++) {
            turnOfOthers.run();
        }
        assertHeldNoMoreThanTheBound();
        assertTrue(CountedDeflate.INFLATED.get() < (long) MESSAGES * SIZE, "all was inflated");
    }

    private static void assertHeldNoMoreThanTheBound() {
        long held = CountedDeflate.MOST_HELD.get();
        assertTrue(held <= MOST, () -> held + " bytes were held; the bound and one message are " + MOST);
    }

    private static void assertAllCame(Flooded flooded) {
        assertEquals(null, flooded.wrong.get());
        assertEquals(MESSAGES, flooded.messages.get());
        assertHeldNoMoreThanTheBound();
    }
}
