package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends what was asked for, without waiting for who reads it: messages of 9,000 bytes each in an array of its own,
 * until one is refused, or after 1,000 of them for an implementation that refuses none.
 */
@ServerEndpoint("/attacked/feed")
public class AttackedFeed {
    private static final int SIZE = 9_000;
    private static final int MOST = 1_000;

    /** Counts the session. */
    @OnOpen
    public void open() {
        SessionTally.opened();
    }

    /** Feeds the session. */
    @OnMessage
    public void feed(String ignored, Session session) {
        AtomicBoolean refused = new AtomicBoolean();
        try {
            for (int i = 0; i < MOST && !refused.get(); i++) {
                session.getAsyncRemote().sendBinary(ByteBuffer.allocate(SIZE), result -> {
                    if (!result.isOK()) {
                        refused.set(true);
                    }
                });
            }
        } catch (IllegalStateException e) {
            // Some implementations refuse in this way.
        }
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
