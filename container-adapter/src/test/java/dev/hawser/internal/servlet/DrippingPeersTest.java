package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers that begin a streamed message and send a byte of it now and then hold a bounded number of our threads, and none
 * of the container's.
 */
class DrippingPeersTest {
    private static final int DRIPPERS = 1_000;
    private static final int UPLOAD = 1 << 20;

    /** The threads that callbacks ran on. */
    private static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

    /** Answers with the length of what it has read. */
    @ServerEndpoint("/upload")
    public static class Upload {
        @OnMessage
        public String read(InputStream message) throws IOException {
            THREADS.add(Thread.currentThread().getName().replaceAll("\\d+$", ""));
            return Long.toString(message.transferTo(java.io.OutputStream.nullOutputStream()));
        }
    }

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    static List<Container> containers() {
        return Container.underTest().toList();
    }

    @ParameterizedTest
    @MethodSource("containers")
    @Timeout(value = 3, unit = TimeUnit.MINUTES) // a thousand handshakes, on a busy machine
    void anUploadAndBystandersAreServedBesideAThousandOfThem(Container container) throws Exception {
        THREADS.clear();
        List<RawClient> drippers = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        try (TestServer server = container.start(Application.of(Upload.class, Echo.class))) {
            RawClient bystander = server.connect("/echo").upgraded();
            for (int i = 0; i < DRIPPERS; i++) {
                RawClient dripper = server.connect("/upload").upgraded();
                dripper.sendFrame(0x02, new byte[1]);
                drippers.add(dripper);
            }
            Thread drip = new Thread(() -> drip(drippers, over), "drip");
            drip.start();
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                try (RawClient client = server.connect("/upload").upgraded()) {
                    client.sendFrame(0x82, new byte[UPLOAD]);
                    assertEquals(Integer.toString(UPLOAD), client.readFrame().text());
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                assertTrue(millis < 25_000, () -> "an upload of 1 MiB took " + millis + " ms");
                bystander.assertEchoes("still served");
                server.connect("/echo").upgraded().close();
            }
            over.countDown();
            drip.join(20_000);
            assertEquals(1, THREADS.size(), THREADS::toString);
            assertTrue(THREADS.iterator().next().contains("-blocking-"), THREADS::toString);
            for (RawClient dripper : drippers) {
                dripper.close();
            }
            bystander.close();
        } finally {
            over.countDown();
        }
    }

    private static void drip(List<RawClient> drippers, CountDownLatch over) {
        try {
            while (!over.await(1, TimeUnit.SECONDS)) {
                for (RawClient dripper : drippers) {
                    dripOnce(dripper);
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void dripOnce(RawClient dripper) {
        try {
            dripper.sendFrame(0x00, new byte[1]);
        } catch (IOException e) {
            // it has been closed
        }
    }
}
