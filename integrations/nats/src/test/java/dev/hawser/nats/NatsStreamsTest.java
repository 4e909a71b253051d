package dev.hawser.nats;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.NatsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A stream that another node is creating is not asked for messages: a NATS of 2.9 would end with a panic. */
class NatsStreamsTest {
    private static final int ANSWERS_WITHOUT_A_TIME = 2;

    @Test
    void aStreamIsAskedForAMessageOnceItIsCreated() throws Exception {
        try (BrokerServer server = new BrokerServer(new NatsServer());
                StillCreating slow = new StillCreating(server.port());
                NatsBackplane creator = new NatsBackplane(server.uri());
                NatsBackplane other = new NatsBackplane("nats://127.0.0.1:" + slow.port())) {
            HistoryStore created = history(creator);
            created.append("t", "sender", 1, new byte[] {1}, 10, Duration.ofMinutes(1))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            StoredMessages read = history(other)
                    .read("t", StoredMessage.NONE, 10, Duration.ofMinutes(1))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            assertEquals(1, read.messages().size());
            assertEquals(0, slow.left.get(), "how often it was still being created");
            assertFalse(slow.wasAskedTooEarly);
        }
    }

    private static HistoryStore history(NatsBackplane backplane) {
        Connected connected = new Connected();
        backplane.start(connected);
        await("it is connected", () -> connected.now);
        return Objects.requireNonNull(backplane.history());
    }

    private static final class Connected implements BackplaneListener {
        private volatile boolean now;

        @Override
        public void live(String topic, byte[] message) {}

        @Override
        public void stored(String topic, StoredMessage message) {}

        @Override
        public void present(String topic, String node, byte[] members) {}

        @Override
        public void subscribed(String topic) {}

        @Override
        public void connected(boolean is) {
            now = is;
        }
    }

    /** Stands before a NATS, and takes the time of creation out of its first answers about a stream. */
    private static final class StillCreating implements AutoCloseable {
        private final int broker;
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final AtomicInteger left = new AtomicInteger(ANSWERS_WITHOUT_A_TIME);
        volatile boolean wasAskedTooEarly;

        StillCreating(int broker) throws IOException {
            this.broker = broker;
            thread(this::accept);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void accept() throws IOException {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), broker);
                thread(() -> pass(client, server, true));
                thread(() -> pass(server, client, false));
            }
        }

        private void pass(Socket from, Socket to, boolean questions) throws IOException {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] bytes = new byte[1 << 16];
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
                    if (questions && text.contains("STREAM.MSG.GET") && left.get() > 0) {
                        wasAskedTooEarly = true;
                    }
                    if (!questions && text.contains("stream_info_response") && left.get() > 0) {
                        left.decrementAndGet();
                        text = text.replaceAll("\"created\":\"\\d{4}-", "\"created\":\"0001-");
                    }
                    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                }
            }
        }

        private static void thread(Passing passing) {
            Thread thread = new Thread(() -> {
                try {
                    passing.run();
                } catch (IOException e) {
                    // closed
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private interface Passing {
            void run() throws IOException;
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
