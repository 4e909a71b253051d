package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.tck.wire.Frame;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Chapter 4.7 with {@code InputStream} and {@code Reader}, and what the javadoc of {@code RemoteEndpoint.Basic} says of
 * streams: megabytes.
 */
@ArquillianTest
class StreamsIT {
    private static final int MEGABYTES = 3 << 20;
    private static final int FRAGMENT = 50_000;

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("streams", Octets.class, Characters.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Sends each message back while it comes. */
    @ServerEndpoint("/octets")
    public static final class Octets {
        @OnMessage
        public void onMessage(InputStream message, Session session) throws IOException {
            try (OutputStream answer = session.getBasicRemote().getSendStream()) {
                message.transferTo(answer);
            }
        }
    }

    /** Sends each message back while it comes. */
    @ServerEndpoint("/characters")
    public static final class Characters {
        @OnMessage
        public void onMessage(Reader message, Session session) throws IOException {
            try (Writer answer = session.getBasicRemote().getSendWriter()) {
                message.transferTo(answer);
            }
        }
    }

    @Test
    void megabytesFlowThroughAnInputStreamAndASendStream() throws Exception {
        byte[] message = new byte[MEGABYTES];
        new Random(5).nextBytes(message);
        try (WireClient client = app.open("/octets")) {
            assertArrayEquals(message, echoOf(client, Frame.BINARY, message));
            assertArrayEquals(new byte[] {1}, echoOf(client, Frame.BINARY, new byte[] {1}), "the message after it");
        }
    }

    @Test
    void megabytesFlowThroughAReaderAndASendWriter() throws Exception {
        // Characters of one to four octets, so that fragments end within them.
        String message = "a\u00e9\u20ac\ud83d\ude00".repeat(MEGABYTES / 10);
        try (WireClient client = app.open("/characters")) {
            byte[] echo = echoOf(client, Frame.TEXT, message.getBytes(StandardCharsets.UTF_8));
            assertEquals(message, new String(echo, StandardCharsets.UTF_8));
        }
    }

    /** Sends a message in fragments while another thread receives the answer. */
    private static byte[] echoOf(WireClient client, int opcode, byte[] message) throws Exception {
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        Thread receiving = new Thread(() -> {
            try {
                answer.complete(client.receiveMessage());
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        receiving.setDaemon(true);
        receiving.start();
        for (int at = 0; at < message.length; at += FRAGMENT) {
            int end = Math.min(message.length, at + FRAGMENT);
            client.send(
                    end == message.length, at == 0 ? opcode : Frame.CONTINUATION, Arrays.copyOfRange(message, at, end));
        }
        Frame frame = answer.get(30, TimeUnit.SECONDS);
        assertEquals(opcode, frame.opcode());
        return frame.payload();
    }
}
