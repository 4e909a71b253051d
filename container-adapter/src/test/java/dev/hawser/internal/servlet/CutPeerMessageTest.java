package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is told of an error is told which. */
class CutPeerMessageTest {
    private static final BlockingQueue<String> MESSAGES = new LinkedBlockingQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnError
        public void error(Throwable error) {
            MESSAGES.add(error.getClass().getSimpleName() + ": " + error.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aPeerThatCutsAMessageIsToldOfWithAMessage(Container container) throws Exception {
        MESSAGES.clear();
        try (TestServer server = container.start(Application.of(Echo.class))) {
            RawClient resetting = server.connect("/echo").upgraded();
            resetting.assertEchoes("hello");
            resetting.sendHex("8185 37fa213d 7f");
            resetting.reset();
            assertNamed(MESSAGES.poll(30, TimeUnit.SECONDS));
            RawClient closing = server.connect("/echo").upgraded();
            closing.assertEchoes("hello");
            closing.sendHex("8185 37fa213d 7f");
            closing.close();
            assertNamed(MESSAGES.poll(30, TimeUnit.SECONDS));
        }
        assertEquals(0, MESSAGES.size());
    }

    private static void assertNamed(String message) {
        assertNotNull(message);
        assertFalse(message.endsWith("null") || message.endsWith(": "), message);
    }
}
