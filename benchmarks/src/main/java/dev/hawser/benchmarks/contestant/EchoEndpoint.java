package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Echoes by return value, with each implementation's own limits. The bars use this endpoint. */
@ServerEndpoint("/echo")
public class EchoEndpoint {
    /** Echoes a text message. */
    @OnMessage
    public String text(String message) {
        return message;
    }

    /** Echoes a binary message. */
    @OnMessage
    public byte[] binary(byte[] message) {
        return message;
    }
}
