package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer that sends a message, a close frame and the end of its stream, and then reads to the end, as scripts do and as
 * RFC 6455 7.1.1 describes a clean closure: it gets its reply and the close frame, though the end of its stream was
 * read before the callback had returned.
 */
class HalfClosedPeerTest {
    static final BlockingQueue<String> ENDS = new LinkedBlockingQueue<>();
    private static final byte[] NORMAL = {0x03, (byte) 0xE8}; // 1000
    static final Semaphore MAY_REPLY = new Semaphore(0);

    @ServerEndpoint("/slow")
    public static class Slow {
        @OnMessage
        public String reply(String text) throws InterruptedException {
            assertTrue(MAY_REPLY.tryAcquire(10, TimeUnit.SECONDS));
            return text;
        }

        @OnError
        public void error(Throwable error) {
            ENDS.add("error");
        }

        @OnClose
        public void close(CloseReason reason) {
            ENDS.add("close " + reason.getCloseCode().getCode());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void getsTheReplyAndTheCloseFrame(Container container) throws Exception {
        ENDS.clear();
        try (TestServer server = container.start(Application.of(Slow.class));
                RawClient client = server.connect("/slow").upgraded()) {
            client.sendText("hello");
            client.sendFrame(0x88, NORMAL);
            client.socket().shutdownOutput();
            // That the server has read the end of the stream cannot be seen from here; another connection's reply says
            // that time has passed.
            try (RawClient other = server.connect("/slow").upgraded()) {
                other.sendText("x");
                MAY_REPLY.release(2);
                assertEquals("x", other.readFrame().text());
                other.sendFrame(0x88, NORMAL);
                assertEquals(1000, other.readCloseCode());
            }
            assertEquals("hello", client.readFrame().text());
            assertEquals(1000, client.readCloseCode());
            assertEquals(0, client.readToEnd().length);
        }
        List<String> ends = List.of(
                String.valueOf(ENDS.poll(30, TimeUnit.SECONDS)), String.valueOf(ENDS.poll(30, TimeUnit.SECONDS)));
        assertEquals(List.of("close 1000", "close 1000"), ends);
    }
}
