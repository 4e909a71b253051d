package dev.hawser.locks;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Answers texts, and keeps what is binary. */
@ServerEndpoint("/test")
public class Echoing {
    @OnMessage
    public String onText(String message) {
        return message;
    }

    @OnMessage
    public void onBinary(byte[] message) {
        // nothing
    }
}
