package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;

/** The same as {@link AttackedBytes}, for a text and its {@link Reader}. */
@ServerEndpoint("/attacked/text")
public class AttackedText {
    /** Counts the session. */
    @OnOpen
    public void open() {
        SessionTally.opened();
    }

    /** Reads the whole message. */
    @OnMessage(maxMessageSize = 2 * Endpoints.LARGE)
    public String text(Reader message) throws IOException {
        return Long.toString(message.transferTo(Writer.nullWriter()));
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
