package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Echoes messages of up to 64 KiB by return value: more than the default limit of some implementations. */
@ServerEndpoint("/medium")
public class MediumEchoEndpoint {
    /** Echoes a text message. */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public String text(String message) {
        return message;
    }

    /** Echoes a binary message. */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public byte[] binary(byte[] message) {
        return message;
    }
}
