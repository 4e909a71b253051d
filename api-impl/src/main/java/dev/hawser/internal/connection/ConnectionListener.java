package dev.hawser.internal.connection;

import dev.hawser.internal.endpoint.BoundEndpoint;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.SessionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The Jakarta side of a connection: what it is told of the connection's life. */
public interface ConnectionListener {
    /**
     * The transport is open. Returns false if the container has ended: then the connection ends, and the endpoint is
     * told nothing. Called by the thread that opens it, as are {@link #joins} and {@link #joined}.
     */
    boolean begins();

    /** Other sessions of the endpoint see it from now on. */
    void joins();

    /** Its onOpen is due: the session may be closed, as when its container has begun to stop meanwhile. */
    void joined();

    /** Whom the messages are for. */
    BoundEndpoint endpoint();

    /** What its messages are bounded by. */
    MessageLimits limits();

    /** The first event: onOpen. An endpoint that cannot open is closed. Called in the turn. */
    void open();

    /** Sends back what a message handler returned. Called in the turn. */
    void reply(Object reply) throws IOException, EncodeException;

    /** A callback or a coder threw. Called in the turn. */
    void callbackFailed(Throwable error);

    /** What {@link #connectionFailed} is to be called with. */
    SessionException failure(@Nullable String message, Throwable cause);

    /** The connection failed or the peer broke a rule. Called in the turn. */
    void connectionFailed(SessionException failure);

    /** The session begins to close: broadcasts leave it out. */
    void closing();

    /**
     * The last event: onClose. Called in the turn, and again if it throws. Whatever throws, the session has ended then.
     */
    void end(CloseReason reason);

    /**
     * Nothing is left of the connection: onClose has returned, or it never opened and there was none. Any number of
     * times.
     */
    void forget();
}
