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
 * Sends without waiting for the reader: messages of 9,000 bytes, each in its own array, until one is refused, but at
 * most 1,000, since some implementations refuse none.
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
            // some implementations refuse like this
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
