package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes uploads like an application: reads the stream to its end on the callback's thread, and answers with its length.
 */
@ServerEndpoint("/attacked/bytes")
public class AttackedBytes {
    /** Counts the session. */
    @OnOpen
    public void open() {
        SessionTally.opened();
    }

    /** Reads the whole message. */
    @OnMessage(maxMessageSize = 2 * Endpoints.LARGE)
    public String bytes(InputStream message) throws IOException {
        return Long.toString(message.transferTo(OutputStream.nullOutputStream()));
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
