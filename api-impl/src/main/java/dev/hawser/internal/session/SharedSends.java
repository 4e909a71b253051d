package dev.hawser.internal.session;

import dev.hawser.CloseCause;
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
 * Sends a message that many sessions share to one of them. Only {@link #flushAll} waits. No method calls the
 * application, except the sending half of its own extension. Thread-safe.
 */
public final class SharedSends {
    /** The result of an offer. */
    public enum Offer {
        /** The message is queued, and the next flush sends it. */
        ACCEPTED,
        /** The outbound bounds are reached. */
        FULL,
        /** A partial message is unfinished (RFC 6455 5.4). */
        MID_MESSAGE,
        /** The session is closing or has closed. */
        CLOSING,
        /** An extension has failed: the caller is to {@link SharedSends#tellFailure} once it holds no lock. */
        FAILED
    }

    /** How long one wait for a thread that is inside a write may be. */
    private static final long ONE_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * How often in a row {@link #flushAll} waits so long. A pause of the whole process, after which the waiting thread
     * may run before the writing one, ends only one of these waits.
     */
    private static final int MOST_WAITS = 20;

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

    /** The sends of one session. */
    public static SharedSends of(WebSocketSession session) {
        return new SharedSends(session.connection(), session.runtime());
    }

    /** Queues a message behind all others. If it throws an error, nothing was queued. */
    public Offer offer(SharedMessage message) {
        long position;
        try {
            position = queue.offer(message);
        } catch (IOException e) {
            return queue.encoding().hasFailed() ? Offer.FAILED : Offer.CLOSING;
        }
        if (position >= 0) {
            timeouts.active();
            return Offer.ACCEPTED;
        }
        return position == OutboundQueue.MID_MESSAGE ? Offer.MID_MESSAGE : Offer.FULL;
    }

    /** Ends the session if an extension has failed. Called without locks. */
    public void tellFailure() {
        queue.encoding().tellFailure();
    }

    /** The bytes that are queued and not yet written. */
    public long bufferedBytes() {
        return queue.progress().bufferedBytes();
    }

    /**
     * Calls {@code written} once when everything that is queued now was written, or the queue has ended. Returns false,
     * and does not call it, if nothing waits or the session is closing.
     */
    public boolean onWritten(PendingSend.Completion written) {
        try {
            return queue.onWritten(new PendingSend(sender.deadline(), written));
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs the action each time a partial message has ended, on the thread that ended it. */
    public void onMessageEnd(Runnable action) {
        sender.onMessageEnd(action);
    }

    /** Whether the caller must {@link #flush}; false if another thread will. */
    public boolean claimFlush() {
        return queue.deferredFlush().claim();
    }

    /** Flushes, also on an interrupted thread: its flag is hidden meanwhile, because it would close the channel. */
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

    /** Whether {@link #flushAll} may have an effect: bytes wait for a thread of ours, and not for the network. */
    public boolean waitsForThread() {
        return queue.progress().waitsForThread();
    }

    /**
     * Flushes all that the network takes. While another thread is inside a write, this waits for it, 2 s at most, so
     * that a session does not count as slow because a thread of ours is. An event loop does not wait.
     */
    public void flushAll() {
        flush();
        if (runtime.onEventLoop()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            for (int i = 0; i < MOST_WAITS && waitsForThread(); i++) {
                queue.progress().awaitWriting(runtime.resources().clock().nanoTime() + ONE_WAIT);
                queue.flush();
            }
        } catch (IOException e) {
            // another interrupt; what waits is sent all the same
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Closes the session with 1013, because it reads too slowly. */
    public void closeSlow() {
        connection.closeForFault(CloseReason.CloseCodes.TRY_AGAIN_LATER, "reads too slowly", CloseCause.SLOW_READER);
    }

    /** Closes the session with 1011, because a message could not be sent to it. */
    public void closeFailed() {
        connection.closeForFault(
                CloseReason.CloseCodes.UNEXPECTED_CONDITION, "a message could not be sent", CloseCause.SEND_FAILED);
    }
}
