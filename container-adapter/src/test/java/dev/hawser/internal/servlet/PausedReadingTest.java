package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a container has told of while the session was not to read is read later, although nothing more comes that would
 * make the container tell of it again. It may be in a buffer of the container by then, where no selector sees it.
 */
class PausedReadingTest {
    /** In milliseconds; long, measured by the time that a transport waits for a session that is about to read. */
    private static final int LONG = 150;

    private static final BlockingQueue<Integer> CLOSED = new LinkedBlockingQueue<>();

    /** Opens slowly. */
    @ServerEndpoint("/slow-open")
    public static class SlowOpen {
        @OnOpen
        public void open() throws InterruptedException {
            assertFalse(new CountDownLatch(1).await(LONG, TimeUnit.MILLISECONDS));
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnClose
        public void closed(CloseReason reason) {
            CLOSED.add(reason.getCloseCode().getCode());
        }
    }

    /** Is slow with its first message. */
    @ServerEndpoint("/slow-start")
    public static class SlowStart {
        private boolean started;

        @OnMessage
        public String echo(String text) throws InterruptedException {
            if (!started) {
                started = true;
                assertFalse(new CountDownLatch(1).await(LONG, TimeUnit.MILLISECONDS));
            }
            return text;
        }
    }

    static Stream<Arguments> connections() {
        return Container.underTest().flatMap(c -> Stream.of(Arguments.of(c, false), Arguments.of(c, true)));
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aMessageThatComesWhileOnOpenRunsIsReadAfterwards(Container container, boolean secure) throws Exception {
        try (TestServer server = container.start(Application.of(SlowOpen.class));
                RawClient client = RawClient.open(server, secure, "/slow-open")) {
            client.assertEchoes("early");
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aPeerThatGoesWhileOnOpenRunsIsNoticedAfterwards(Container container, boolean secure) throws Exception {
        CLOSED.clear();
        try (TestServer server = container.start(Application.of(SlowOpen.class))) {
            RawClient.open(server, secure, "/slow-open").close();
            assertEquals(1006, CLOSED.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void messagesBeyondWhatMayWaitAreReadWhenTheCallbacksHaveCaughtUp(Container container, boolean secure)
            throws Exception {
        // More than may wait, and no more than sockets hold. The end is in whatever buffer comes last.
        int messages = 5_000;
        try (TestServer server = container.start(Application.of(SlowStart.class));
                RawClient client = RawClient.open(server, secure, "/slow-start")) {
            for (int i = 0; i < messages; i++) {
                client.sendText(String.valueOf(i));
            }
            for (int i = 0; i < messages; i++) {
                assertEquals(String.valueOf(i), client.readFrame().text());
            }
        }
    }
}
