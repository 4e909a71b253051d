package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.transport.MessagePart;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import jakarta.websocket.CloseReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All sends of one session. Thread-safe. Whole messages of several threads are sent one after another. Only a whole
 * message in the middle of a partial one is refused; the exception names both threads. Every send has a deadline.
 */
public final class MessageSender {
    private final ConnectionResources resources;
    private final OutboundQueue queue;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;
    private final CompletedSends.Place completed;
    private final Turns turns;
    private final ConnectionEvents events;
    private final Runnable flushErrand;
    private final long flushDelayNanos;
    private final boolean closeOnOverflow;
    /** Made with the first refusal; two threads may make one each, which does no harm. */
    private volatile @Nullable SendRefusals refusals;

    private volatile long timeoutNanos;
    private volatile boolean batching;
    private volatile @Nullable Runnable onMessageEnd;

    /** Says whether the calling thread runs a callback of the session. */
    interface Turns {
        boolean inTurn();

        /** Whether what a callback sends now may wait for what the next callback sends. */
        boolean mayHoldBack();
    }

    /** @param flushErrand the {@link Errand} that flushes the queue */
    MessageSender(
            ConnectionResources resources,
            OutboundQueue queue,
            ConnectionEnd end,
            SessionTimeouts timeouts,
            CompletedSends.Place completed,
            Turns turns,
            ConnectionEvents events,
            Runnable flushErrand,
            Settings settings) {
        this.resources = resources;
        this.queue = queue;
        this.end = end;
        this.timeouts = timeouts;
        this.completed = completed;
        this.turns = turns;
        this.events = events;
        this.flushErrand = flushErrand;
        this.timeoutNanos = settings.get(Setting.SEND_TIMEOUT).toNanos();
        this.flushDelayNanos = settings.get(Setting.FLUSH_DELAY).toNanos();
        this.closeOnOverflow = settings.get(Setting.CLOSE_ON_OUTBOUND_OVERFLOW);
    }

    /** What the connections of the container share, such as the class loader for the code that a send calls. */
    public ConnectionResources resources() {
        return resources;
    }

    /** Sets the timeout of sends that begin from now on. */
    public void timeout(long nanos) {
        timeoutNanos = nanos;
    }

    /** How long a send may take. */
    public long timeoutMillis() {
        return TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
    }

    /** Whether sends may wait for a flush. */
    public boolean batching() {
        return batching;
    }

    /** Allows that sends wait for a flush, or forbids it; then what waits is flushed. */
    public void batching(boolean allowed) {
        boolean flush = batching && !allowed;
        batching = allowed;
        if (flush) {
            queue.flush();
        }
    }

    /** Sends what waits for a flush. */
    public void flush() {
        queue.flush();
    }

    /** Called when the application begins to send, without any of Hawser's locks. */
    public void begins() {
        resources.dispatcher().aSendBegins();
    }

    /** The UTF-8 of a text; see {@link EncodedText}. */
    public byte[] utf8(String text) {
        return resources.encodedText().utf8(text);
    }

    /**
     * Sends a whole message, and returns when it was handed to the network, or, if batching is allowed, when it is
     * queued.
     */
    public void sendWhole(Opcode kind, byte[] payload, int offset, int length) throws IOException {
        long deadline = deadline();
        long position = accept(MessagePart.WHOLE, kind, payload, offset, length, deadline);
        if (batching) {
            flushSoon();
        } else { // like handOver, with one frame less on the stack of a write
            queue.flush();
            awaitWritten(position, deadline);
        }
    }

    /** Sends a part of a message; the first part decides its kind (RFC 6455 5.4). */
    public void sendPart(Opcode kind, byte[] payload, int offset, int length, boolean last) throws IOException {
        long deadline = deadline();
        handOver(acceptPart(kind, payload, offset, length, last, deadline), deadline);
    }

    /** The deadline of a send that begins now, in the time of the container's clock. */
    public long deadline() {
        return resources.clock().nanoTime() + timeoutNanos;
    }

    /**
     * The first half of {@link #sendPart}: queues the part, once there is room, and returns its position. If it throws,
     * nothing was queued.
     */
    public long acceptPart(Opcode kind, byte[] payload, int offset, int length, boolean last, long deadline)
            throws IOException {
        long position = accept(last ? MessagePart.LAST : MessagePart.MORE, kind, payload, offset, length, deadline);
        Runnable told = onMessageEnd;
        if (last && told != null) {
            told.run();
        }
        return position;
    }

    /** Sets an action that runs each time a partial message has ended. */
    public void onMessageEnd(Runnable action) {
        onMessageEnd = action;
    }

    /**
     * Closes the connection, because a message was begun and cannot be completed: the peer must not take its parts for
     * the whole, and no other message may follow (RFC 6455 5.4).
     */
    public void giveUp() {
        end.closeByUs(
                new CloseReason(CloseReason.CloseCodes.UNEXPECTED_CONDITION, "a message could not be sent to its end"),
                CloseCodes.NONE,
                CloseCause.SEND_FAILED);
    }

    private long accept(MessagePart part, Opcode kind, byte[] given, int from, int length, long deadline)
            throws IOException {
        try {
            return acceptOrThrow(part, kind, given, from, length, deadline);
        } catch (IOException | RuntimeException e) {
            events.sendFailed(e);
            throw e;
        }
    }

    private long acceptOrThrow(MessagePart part, Opcode kind, byte[] given, int from, int length, long deadline)
            throws IOException {
        refuseIfInterrupted();
        // If a send returns before its bytes are written, later changes by the caller must not be sent.
        boolean copies = isKeptAndNotOurs(kind, length) && (batching || resources.onEventLoop());
        byte[] payload = copies ? Arrays.copyOfRange(given, from, from + length) : given;
        int offset = copies ? 0 : from;
        long position = offer(part, kind, payload, offset, length, null);
        if (position < 0) {
            refuseOnEventLoop(position);
            position = queue.appendOnceRoom(part, kind, payload, offset, length, deadline);
            throwIfLate(position != OutboundQueue.TOO_LATE);
        }
        timeouts.active();
        return position;
    }

    /**
     * Queues a message, or returns why it is refused. Before a refusal it flushes, since messages that were only held
     * back are no reason to refuse.
     */
    private long offer(
            MessagePart part, Opcode kind, byte[] payload, int offset, int length, @Nullable PendingSend send)
            throws IOException {
        long position = queue.offer(part, kind, payload, offset, length, send);
        if (position < 0) {
            queue.flush();
            position = queue.offer(part, kind, payload, offset, length, send);
        }
        return position;
    }

    /**
     * The second half of a send: returns when the queued message was handed to the network, or, if batching is allowed,
     * at once.
     */
    public void handOver(long position, long deadline) throws IOException {
        if (batching) {
            flushSoon();
            return;
        }
        queue.flush();
        awaitWritten(position, deadline);
    }

    /** On an event loop the message is sent as soon as the loop is free; waiting for that here would never end. */
    private void awaitWritten(long position, long deadline) throws IOException {
        if (!queue.progress().isWritten(position) && !resources.onEventLoop()) {
            try {
                throwIfLate(queue.progress().awaitWritten(position, deadline));
            } catch (IOException e) {
                events.sendFailed(e);
                throw e;
            }
        }
    }

    /**
     * Queues a whole message. The completion is called exactly once, also if the message is refused.
     *
     * @param timeout in nanoseconds
     */
    public void sendAsync(
            Opcode kind, byte[] payload, int offset, int length, long timeout, PendingSend.Completion asked) {
        PendingSend.Completion completion = events.off() ? asked : new ObservedCompletion(asked, events);
        PendingSend send = new PendingSend(resources.clock().nanoTime() + timeout, completion);
        if (send.runsApplicationCode()) {
            completed.needCompletedSends(); // now, since a lack of memory at its end would lose it
        }
        long position;
        try {
            position = offer(MessagePart.WHOLE, kind, payload, offset, length, send);
        } catch (IOException e) {
            refused(completion, refusals().asynchronous(e));
            return;
        }
        if (position < 0) {
            refused(completion, refusals().asynchronous(position));
            refusals().overflowed(position);
            return;
        }
        timeouts.active();
        if (turns.mayHoldBack()) {
            resources.dispatcher().watch();
        } else if (batching) {
            flushSoon();
        } else {
            queue.flush();
        }
        if (!queue.progress().isWritten(position)) {
            timeouts.sendPending();
        }
    }

    /**
     * Queues the result of a message handler, to be sent at the end of the turn. It never blocks: the next turn waits
     * instead. Once the session is closing it is dropped without an error, since the endpoint is told the end once, and
     * not for each message before it.
     */
    public void reply(Opcode kind, byte[] given, int from, int length) {
        // The endpoint may reuse its array for the next message before this reply is written.
        boolean copies = isKeptAndNotOurs(kind, length);
        byte[] payload = copies ? Arrays.copyOfRange(given, from, from + length) : given;
        int offset = copies ? 0 : from;
        try {
            queue.append(MessagePart.WHOLE, kind, payload, offset, length);
            timeouts.active();
        } catch (IOException e) {
            // the close frame was sent, or the connection has ended
        }
    }

    /**
     * Whether the queue would write from this array, and the application may change it; the UTF-8 of a text is only
     * ours.
     */
    private static boolean isKeptAndNotOurs(Opcode kind, int length) {
        return kind == Opcode.BINARY && OutboundQueue.keepsReference(length);
    }

    /** Sends a ping, and consumes the payload. */
    public void ping(ByteBuffer payload) throws IOException {
        queue.control().append(Opcode.PING, controlPayload("ping", payload));
        queue.flush();
        timeouts.active();
    }

    /** Sends an unsolicited pong, and consumes the payload. */
    public void pong(ByteBuffer payload) throws IOException {
        queue.control().append(Opcode.PONG, controlPayload("pong", payload));
        queue.flush();
        timeouts.active();
    }

    private static byte[] controlPayload(String kind, ByteBuffer payload) {
        if (payload.remaining() > 125) {
            throw new IllegalArgumentException("a " + kind + " of " + payload.remaining()
                    + " bytes: control frames carry at most 125 (RFC 6455 5.5)");
        }
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy); // consumes the buffer, as the javadoc of sendPing demands
        return copy;
    }

    /** The Future for a send that is about to be made. */
    public SendFuture future() {
        return new SendFuture(queue, resources);
    }

    /**
     * Calls the completion of a send that was not queued: with why it was refused, or with null if there was nothing to
     * send.
     */
    public void refused(PendingSend.Completion completion, @Nullable Exception why) {
        PendingSend ended = PendingSend.ended(completion, why);
        if (ended.runsApplicationCode()) {
            completed.needCompletedSends().addRefused(ended);
        } else {
            ended.complete();
        }
    }

    /** Flushes once after the delay what a thread outside the session's turns has batched. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failed flush tells the connection
    private void flushAfter(long nanos) {
        try {
            resources.timer().schedule(this::flushOnTimer, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            queue.flush();
        }
    }

    private void flushOnTimer() {
        try {
            flushErrand.run();
        } catch (Throwable e) { // nobody begins it again, and a late flush is better than none
            queue.flush();
        }
    }

    private void flushSoon() {
        if (turns.inTurn()) {
            resources.dispatcher().watch();
        } else if (queue.deferredFlush().claim()) {
            flushAfter(flushDelayNanos);
        }
    }

    /** Refuses a send of an interrupted thread before anything is queued. The flag is kept. */
    private void refuseIfInterrupted() throws IOException {
        if (Thread.currentThread().isInterrupted() && !resources.onEventLoop()) {
            throw new InterruptedIOException("the sending thread is interrupted; nothing was sent");
        }
    }

    private SendRefusals refusals() {
        SendRefusals made = refusals;
        if (made == null) {
            made = new SendRefusals(queue.progress(), end, closeOnOverflow);
            refusals = made;
        }
        return made;
    }

    private void refuseOnEventLoop(long refusal) {
        if (resources.onEventLoop()) {
            throw new IllegalStateException(refusals().full(refusal)
                    + "; a send that waits for room cannot be made on the event loop: use getAsyncRemote, or"
                    + " dispatch=worker");
        }
    }

    private void throwIfLate(boolean inTime) throws IOException {
        if (!inTime) {
            String late = "a send was not done within " + timeoutMillis() + " ms; see " + Setting.SEND_TIMEOUT.key();
            end.cut(late, CloseCause.SEND_TIMEOUT);
            throw new IOException(late);
        }
    }
}
