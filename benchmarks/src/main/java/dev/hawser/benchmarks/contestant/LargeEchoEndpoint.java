package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/**
 * Echoes messages of up to 1 MiB by return value. It is a separate endpoint, because some implementations reserve
 * memory for the largest message.
 */
@ServerEndpoint("/large")
public class LargeEchoEndpoint {
    /** Echoes a text message. */
    @OnMessage(maxMessageSize = Endpoints.LARGE)
    public String text(String message) {
        return message;
    }

    /** Echoes a binary message. */
    @OnMessage(maxMessageSize = Endpoints.LARGE)
    public byte[] binary(byte[] message) {
        return message;
    }
}
