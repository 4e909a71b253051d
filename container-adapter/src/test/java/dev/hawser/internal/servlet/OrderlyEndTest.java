package dev.hawser.internal.servlet;

import static dev.hawser.internal.servlet.EchoPeers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection whose ends close in order is no exception: stack traces would cost more than the rest of its end. */
class OrderlyEndTest {
    private static final int CONNECTIONS = 20;
    private static final AtomicInteger CLOSED = new AtomicInteger();

    @TempDir
    private Path folder;

    /** Echoes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnClose
        public void close() {
            CLOSED.incrementAndGet();
        }
    }

    private static List<Container> containers() {
        return Container.underTest().toList();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void throwsNothing(Container kind) throws Exception {
        try (TestServer server = kind.start(Application.of(Echo.class));
                Recording recording = new Recording()) {
            connections(server.port()); // classes are loaded
            recording.enable("jdk.JavaExceptionThrow").withStackTrace();
            recording.start();
            connections(server.port());
            recording.stop();
            Path file = folder.resolve("thrown.jfr");
            recording.dump(file);
            assertEquals(Map.of(), thrownByEach(file));
        }
    }

    private static void connections(int port) throws IOException, InterruptedException {
        CLOSED.set(0);
        for (int i = 0; i < CONNECTIONS; i++) {
            try (RawClient client = new RawClient(port)) {
                client.send(RawClient.handshake("/echo"));
                client.readHead();
                client.sendText("hello");
                assertEquals(0x81, client.readFrame().first());
                client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe8});
                assertEquals(0x88, client.readFrame().first());
                client.readToEnd();
            }
        }
        await(() -> CLOSED.get() == CONNECTIONS);
    }

    /** What Hawser's threads have thrown for half of the connections or more: others of the JVM may throw, too. */
    private static Map<String, Integer> thrownByEach(Path file) throws IOException {
        Map<String, Integer> thrown = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            boolean ours = event.getThread() != null
                    && event.getThread().getJavaThreadId()
                            != Thread.currentThread().getId()
                    && event.getStackTrace() != null
                    && event.getStackTrace().getFrames().stream().anyMatch(OrderlyEndTest::isOurs)
                    && event.getStackTrace().getFrames().stream().noneMatch(OrderlyEndTest::isWaitingReadOfJetty);
            if (ours) {
                List<RecordedFrame> frames = event.getStackTrace().getFrames();
                String where = event.getClass("thrownClass").getName() + " in "
                        + frames.stream()
                                .filter(OrderlyEndTest::isOurs)
                                .findFirst()
                                .map(frame -> frame.getMethod().getType().getName() + "."
                                        + frame.getMethod().getName())
                                .orElseThrow();
                thrown.merge(where, 1, Integer::sum);
            }
        }
        thrown.values().removeIf(count -> count < CONNECTIONS / 2);
        return thrown;
    }

    private static boolean isOurs(RecordedFrame frame) {
        return frame.getMethod().getType().getName().startsWith("dev.hawser.internal.");
    }

    /** Jetty tells a read that waits the close by an exception. */
    private static boolean isWaitingReadOfJetty(RecordedFrame frame) {
        return frame.getMethod().getType().getName().equals("org.eclipse.jetty.io.FillInterest");
    }
}
