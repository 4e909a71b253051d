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

    /** Does nothing: errors caused by attackers are expected, and the end of the session is counted. */
    @OnError
    public void error(Throwable cause) {}

    /** Counts the end. */
    @OnClose
    public void close(CloseReason reason) {
        SessionTally.closed(reason);
    }
}
