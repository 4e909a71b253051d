package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.SessionException;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A reset of an idle connection is an error, unlike the end of the stream: onError once, then onClose with 1006
 * (docs/errors.md).
 */
class IdleResetTest {
    static final BlockingQueue<String> CALLS = new LinkedBlockingQueue<>();

    /** Echoes, and writes down how it ends. */
    @ServerEndpoint("/idle")
    public static class Idle {
        @OnMessage
        public String text(String message) {
            return message;
        }

        @OnError
        public void failed(Throwable error) {
            CALLS.add("error " + (error instanceof SessionException));
        }

        @OnClose
        public void closed(CloseReason reason) {
            CALLS.add("close " + reason.getCloseCode().getCode());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void isToldAsOneErrorAndOneClose(Container container) throws Exception {
        CALLS.clear();
        try (TestServer server = container.start(Application.of(Idle.class))) {
            RawClient client = server.connect("/idle").upgraded();
            client.assertEchoes("hello");
            client.reset();
            assertEquals("error true", CALLS.poll(30, TimeUnit.SECONDS));
            assertEquals("close 1006", CALLS.poll(30, TimeUnit.SECONDS));
        }
        assertTrue(CALLS.isEmpty(), CALLS::toString);
    }
}
