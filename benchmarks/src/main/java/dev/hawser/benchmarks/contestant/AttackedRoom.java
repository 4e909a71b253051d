package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Sends each text to all sessions of the room. */
@ServerEndpoint("/attacked/room")
public class AttackedRoom {
    /** Counts the session. */
    @OnOpen
    public void open() {
        SessionTally.opened();
    }

    /** Sends the text to all, and does not wait; a peer that reads slowly misses it. */
    @OnMessage
    public void say(String message, Session session) {
        for (Session each : session.getOpenSessions()) {
            try {
                each.getAsyncRemote().sendText(message, result -> {});
            } catch (IllegalStateException e) {
                // it has closed meanwhile, or is full
            }
        }
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
