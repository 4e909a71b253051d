package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At the defaults, small messages that many threads send while the peer pauses wait for it, and none is lost. */
class PausedPeerTest {
    private static final int THREADS = 100;
    private static final int EACH = 100;
    private static final int FILLING = 32 * 1024;

    private static final BlockingQueue<Session> OPENED = new LinkedBlockingQueue<>();
    private static volatile CountDownLatch mayRead = new CountDownLatch(0);
    private static final Received RECEIVED = new Received();

    /** Counts what each thread sent, in the order in which it sent it. */
    private static final class Received {
        private final int[] next = new int[THREADS];
        private int count;

        synchronized void add(String message) {
            String[] numbers = message.split(" ");
            assertEquals(next[Integer.parseInt(numbers[0])]++, Integer.parseInt(numbers[1]), message);
            count++;
            notifyAll();
        }

        synchronized void clear() {
            java.util.Arrays.fill(next, 0);
            count = 0;
        }

        synchronized void awaitAll() throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (count < THREADS * EACH && System.nanoTime() < deadline) {
                wait(100);
            }
            assertEquals(THREADS * EACH, count);
        }
    }

    @ServerEndpoint("/paused")
    public static class Paused {
        @OnOpen
        public void opened(Session session) {
            OPENED.add(session);
        }

        /** From a client that waits for it. */
        @OnMessage
        public void read(String message) throws InterruptedException {
            assertTrue(mayRead.await(30, TimeUnit.SECONDS));
            RECEIVED.add(message);
        }

        @OnMessage
        public void read(byte[] filling) throws InterruptedException {
            assertTrue(mayRead.await(30, TimeUnit.SECONDS));
        }
    }

    @ClientEndpoint
    public static class Client {}

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aServerLosesNoneOfTheMessagesOfAHundredThreads(Container container) throws Exception {
        OPENED.clear();
        RECEIVED.clear();
        try (TestServer server = container.start(Application.of(Paused.class));
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            RawClient client = new RawClient(socket);
            client.send(RawClient.handshake("/paused"));
            client.readHead();
            client.upgraded();
            Session session = OPENED.poll(30, TimeUnit.SECONDS);
            Sends sends = new Sends(session);
            sends.call();
            while (RECEIVED.count < THREADS * EACH) {
                RawClient.Frame frame = client.readFrame();
                if (frame.first() == 0x81) {
                    RECEIVED.add(frame.text());
                }
            }
            sends.awaitSuccess();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aClientLosesNoneOfTheMessagesOfAHundredThreads(Container container) throws Exception {
        RECEIVED.clear();
        mayRead = new CountDownLatch(1);
        try (TestServer server = container.start(Application.of(Paused.class));
                Session session = ContainerProvider.getWebSocketContainer()
                        .connectToServer(Client.class, URI.create("ws://127.0.0.1:" + server.port() + "/paused"))) {
            Sends sends = new Sends(session);
            sends.call();
            mayRead.countDown();
            RECEIVED.awaitAll();
            sends.awaitSuccess();
        }
    }

    /** What a hundred threads send to a peer that takes no more. */
    private static final class Sends {
        private final Session session;
        private final CountDownLatch told = new CountDownLatch(THREADS * EACH);
        private final AtomicInteger done = new AtomicInteger();
        private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

        Sends(Session session) {
            this.session = session;
        }

        /** Returns when all sends have been called. */
        void call() throws Exception {
            fillTheNetwork();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int number = t;
                Thread thread = new Thread(() -> sendEach(number), "sender-" + t);
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join(30_000);
            }
        }

        /** So that what follows has to wait in the queue: until the peer's socket, and ours, take no more. */
        private void fillTheNetwork() throws Exception {
            for (boolean taken = true; taken; ) {
                Future<Void> sent = session.getAsyncRemote().sendBinary(ByteBuffer.allocate(FILLING));
                try {
                    sent.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    taken = false;
                }
            }
        }

        private void sendEach(int number) {
            for (int i = 0; i < EACH; i++) {
                session.getAsyncRemote().sendText(number + " " + i, this::told);
            }
        }

        private void told(SendResult result) {
            if (result.isOK()) {
                done.incrementAndGet();
            } else {
                failures.add(result.getException());
            }
            told.countDown();
        }

        void awaitSuccess() throws InterruptedException {
            assertTrue(told.await(30, TimeUnit.SECONDS), () -> "told: " + done + " done, failed: " + failures);
            assertEquals(THREADS * EACH, done.get(), () -> "failed: " + failures.peek());
        }
    }
}
