package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;

/** Echoes a text by its return value. */
@ServerEndpoint("/attacked/echo")
public class AttackedEcho {
    /** Counts the session. */
    @OnOpen
    public void open() {
        SessionTally.opened();
    }

    /** Echoes. */
    @OnMessage
    public String text(String message) {
        return message;
    }

    /** What attackers cause is expected, and counted when the session ends. */
    @OnError
    public void error(Throwable cause) {}

    /** Counts the end. */
    @OnClose
    public void close(CloseReason reason) {
        SessionTally.closed(reason);
    }
}
