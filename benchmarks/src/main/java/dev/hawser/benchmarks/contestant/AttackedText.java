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

/** Like {@link AttackedBytes}, for text messages and a {@link Reader}. */
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

    /** Does nothing: errors caused by attackers are expected, and the end of the session is counted. */
    @OnError
    public void error(Throwable cause) {}

    /** Counts the end. */
    @OnClose
    public void close(CloseReason reason) {
        SessionTally.closed(reason);
    }
}
