package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Echoes after it has blocked its thread for 100 ms, like a callback that queries a database. */
@ServerEndpoint("/slow")
public class SlowEchoEndpoint {
    private static final long BLOCKED_MILLIS = 100;

    /** Echoes a text message, late. */
    @OnMessage
    public String text(String message) throws InterruptedException {
        Thread.sleep(BLOCKED_MILLIS);
        return message;
    }
}
