package dev.hawser.internal.session;

import dev.hawser.internal.connection.MessageSender;
import dev.hawser.internal.connection.SessionTimeouts;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.CloseReason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The way into one session for who sends a message to many. Nothing here waits but {@link #flushAll}, and nothing calls
 * the application but the sending half of an extension that it has added. Thread-safe.
 */
public final class SharedSends {
    /** What became of a message. */
    public enum Offer {
        /** It is queued, and goes out with the next flush. */
        ACCEPTED,
        /** As much waits as may. */
        FULL,
        /** A partial message is unfinished (RFC 6455 5.4). */
        MID_MESSAGE,
        /** The session is closing or has closed. */
        CLOSING,
        /** An extension has failed: the caller is to {@link SharedSends#tellFailure} once it holds no lock. */
        FAILED
    }

    /** How long a thread may be inside of a write on a machine with much to do. */
    private static final long LONGEST_CALL = TimeUnit.MILLISECONDS.toNanos(100);

    private final WebSocketConnection connection;
    private final OutboundQueue queue;
    private final MessageSender sender;
    private final SessionTimeouts timeouts;
    private final ContainerRuntime runtime;

    private SharedSends(WebSocketConnection connection, ContainerRuntime runtime) {
        this.connection = connection;
        this.queue = connection.outbound();
        this.sender = connection.sender();
        this.timeouts = connection.timeouts();
        this.runtime = runtime;
    }

    /** The way into that session. */
    public static SharedSends of(WebSocketSession session) {
        return new SharedSends(session.connection(), session.runtime());
    }

    /** Queues a message behind all others. If it throws, which it does for errors alone, nothing was queued. */
    public Offer offer(SharedMessage message) {
        long position;
        try {
            position = queue.offer(message);
        } catch (IOException e) {
            return queue.hasFailed() ? Offer.FAILED : Offer.CLOSING;
        }
        if (position >= 0) {
            timeouts.active();
            return Offer.ACCEPTED;
        }
        return position == OutboundQueue.MID_MESSAGE ? Offer.MID_MESSAGE : Offer.FULL;
    }

    /** Ends the session if an extension has failed. Called without locks. */
    public void tellFailure() {
        queue.tellFailure();
    }

    /** Bytes that are queued and not written. */
    public long bufferedBytes() {
        return queue.progress().bufferedBytes();
    }

    /**
     * Has {@code written} told once all that is queued now has been written, or the queue has ended. Returns false if
     * nothing waits, or the session is closing: then it is not told.
     */
    public boolean onWritten(PendingSend.Completion written) {
        try {
            return queue.onWritten(new PendingSend(sender.deadline(), written));
        } catch (IOException e) {
            return false;
        }
    }

    /** Has the action run each time when a partial message has ended, in the thread that ended it. */
    public void onMessageEnd(Runnable action) {
        sender.onMessageEnd(action);
    }

    /** Whether the caller is to {@link #flush}; false if somebody else is about to. */
    public boolean claimFlush() {
        return queue.deferredFlush().claim();
    }

    /** Also on an interrupted thread, whose flag would close a channel that it writes to. */
    public void flush() {
        boolean interrupted = Thread.interrupted();
        try {
            queue.flush();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Flushes all that the network takes. While another thread is inside of a write, which only computes, this waits
     * for it, 100 ms at most: so a session is not taken for slow because a thread of ours is. An event loop does not
     * wait.
     */
    public void flushAll() {
        flush();
        if (queue.progress().bufferedBytes() > 0 && !runtime.onEventLoop()) {
            boolean interrupted = Thread.interrupted();
            try {
                queue.progress().awaitWriting(System.nanoTime() + LONGEST_CALL);
                queue.flush();
            } catch (IOException e) {
                // another interrupt: what waits goes out all the same
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Closes the session with 1013: it reads too slowly. */
    public void closeSlow() {
        connection.closeForFault(CloseReason.CloseCodes.TRY_AGAIN_LATER, "reads too slowly");
    }

    /** Closes the session with 1011, since it has missed a message for a reason of ours. */
    public void closeFailed() {
        connection.closeForFault(CloseReason.CloseCodes.UNEXPECTED_CONDITION, "a message could not be sent");
    }
}
