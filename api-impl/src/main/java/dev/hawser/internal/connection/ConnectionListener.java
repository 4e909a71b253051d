package dev.hawser.internal.connection;

import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.observe.ConnectionEvents;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.SessionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The Jakarta side of a connection, which is told of the connection's life. */
public interface ConnectionListener {
    /**
     * The transport is open. Returns false if the container has ended: the connection then ends, and the endpoint gets
     * no callback. Called by the thread that opens the connection, as are {@link #joins} and {@link #joined}.
     */
    boolean begins();

    /** The session becomes visible to other sessions of the endpoint. */
    void joins();

    /** onOpen is due. The session may be closed now, for instance if its container has begun to stop. */
    void joined();

    /** The endpoint that gets the messages. */
    BoundEndpoint endpoint();

    /** Where to tell what happens. */
    ConnectionEvents events();

    /** The limits of the messages. */
    MessageLimits limits();

    /** The first event: onOpen. If it throws, the session is closed. Called in the turn. */
    void open();

    /** Sends the result of a message handler. Called in the turn. */
    void reply(Object reply) throws IOException, EncodeException;

    /** A callback or a coder threw. Called in the turn. */
    void callbackFailed(Throwable error);

    /** Makes the argument for {@link #connectionFailed}. */
    SessionException failure(@Nullable String message, Throwable cause);

    /** The connection failed or the peer broke a rule. Called in the turn. */
    void connectionFailed(SessionException failure);

    /** The session begins to close, so broadcasts leave it out. */
    void closing();

    /**
     * The last event: onClose. Called in the turn, and once more if it throws. After that the session has ended in any
     * case.
     */
    void end(CloseReason reason);

    /**
     * The connection has ended: onClose has returned, or the connection never opened and there was none. Any number of
     * times.
     */
    void forget();
}
