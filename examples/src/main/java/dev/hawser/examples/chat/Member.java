package dev.hawser.examples.chat;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member of the room: a name, a session, and the messages still to be sent. Thread-safe.
 *
 * <p>A slow member must not delay the others, so nobody waits for a send. Messages queue here, one at a time is being
 * sent, and a member who falls too far behind is disconnected and does not fill the server's memory. (Jakarta WebSocket
 * allows a container to refuse a second asynchronous send while one is pending; the queue makes this work with every
 * container.)
 */
final class Member {
    private static final Logger LOGGER = System.getLogger("dev.hawser.examples.chat");

    /** How far a member may fall behind: by the bytes of four of the largest files, or by 1,000 messages. */
    private static final long MAX_WAITING_BYTES = 4L * ChatEndpoint.MAX_FILE_BYTES;

    private static final int MAX_WAITING_MESSAGES = 1_000;

    private final String name;
    private final Session session;
    private final Consumer<Member> whenDropped;
    private final Deque<Outgoing> waiting = new ArrayDeque<>(); // guarded by this
    private long waitingBytes; // guarded by this
    private boolean underWay; // a send was started and has not completed; guarded by this
    private boolean draining; // a thread is inside drain(); guarded by this
    private boolean gone; // guarded by this

    /** {@code whenDropped} is called, with no lock held, when this member is disconnected for being too slow. */
    Member(String name, Session session, Consumer<Member> whenDropped) {
        this.name = name;
        this.session = session;
        this.whenDropped = whenDropped;
    }

    String name() {
        return name;
    }

    /** Queues a message. Never blocks and sends nothing yet: {@link #drain} does. */
    synchronized void add(Outgoing message) {
        if (gone) {
            return;
        }
        waiting.add(message);
        waitingBytes += message.size();
    }

    /** Sends what is queued, as far as it goes without waiting. */
    void drain() {
        if (tooFarBehind()) {
            disconnect(new CloseReason(CloseCodes.TRY_AGAIN_LATER, "you receive too slowly: please reconnect"));
            return;
        }
        synchronized (this) {
            if (draining) {
                return;
            }
            draining = true;
        }
        // A loop, not a recursion: a send may complete before send() returns.
        for (Outgoing message = next(); message != null; message = next()) {
            try {
                message.send(session.getAsyncRemote(), this::completed);
            } catch (IllegalStateException e) {
                completed(new SendResult(session, e)); // closed in the meantime
            }
        }
    }

    private synchronized @Nullable Outgoing next() {
        if (underWay || waiting.isEmpty()) {
            draining = false;
            return null;
        }
        underWay = true;
        Outgoing message = waiting.remove();
        waitingBytes -= message.size();
        return message;
    }

    private void completed(SendResult result) {
        synchronized (this) {
            underWay = false;
        }
        if (result.isOK()) {
            drain();
        } else {
            disconnect(new CloseReason(CloseCodes.TRY_AGAIN_LATER, "a message could not be sent"));
        }
    }

    private synchronized boolean tooFarBehind() {
        return waitingBytes > MAX_WAITING_BYTES || waiting.size() > MAX_WAITING_MESSAGES;
    }

    /** Tells the room before the close, because the closing handshake with a peer that does not read may take long. */
    private void disconnect(CloseReason reason) {
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
            waiting.clear();
            waitingBytes = 0;
        }
        whenDropped.accept(this);
        try {
            session.close(reason);
        } catch (IOException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, () -> "session " + session.getId() + " was already closed", e);
        }
    }
}
