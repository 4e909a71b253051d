package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ordered, bounded queue of a session's outgoing frames. Frames of all threads are encoded one behind another, many
 * into one buffer; {@link #flush} hands what has gathered to the transport in one write. Every accepted byte has a
 * position: a thread that waits for a message waits for the position of its end, and no object per message is needed.
 *
 * <p>Thread-safe. Of the application only the sending half of its extension is called with the lock held. Control
 * frames overtake waiting data frames at the next frame border (RFC 6455 5.4), except the close frame, which comes
 * after all frames that were accepted before it.
 */
public final class OutboundQueue implements Transport.WriteCompletion, Runnable {
    /** Instead of a position: refused, because the bound of bytes is reached. */
    public static final long FULL_OF_BYTES = -1;

    public static final long FULL_OF_MESSAGES = -2;
    /** Instead of a position: the deadline has passed. */
    public static final long TOO_LATE = -3;
    /** Instead of a position: refused, since a partial message is unfinished (RFC 6455 5.4). */
    public static final long MID_MESSAGE = -4;
    /** Instead of a position: refused, since all connections hold too much and this one more than its share. */
    public static final long SHORT_OF_MEMORY = -5;

    private final ReentrantLock lock = new ReentrantLock();
    private final OutboundListener listener;
    // All fields below are guarded by lock.
    private final OutboundFrames frames;
    private final FrameIntake intake;
    private final OutboundBounds bounds;
    private final OutstandingWrite write = new OutstandingWrite();
    private final EndedSends ended;
    private final PendingSends pending;
    private final OutboundEnd ending = new OutboundEnd();
    private final DeferredFlush deferred = new DeferredFlush(lock);
    private final Progress progress;
    private final OutboundControl control;
    private @Nullable Transport transport;

    /**
     * @param extension encodes data frames; called and closed with the lock held; null for none
     * @param maxBytes the most memory of waiting frames; a shared payload, or an array of the application, counts in
     *     full
     */
    public OutboundQueue(
            Role role,
            IntSupplier maskingKeys,
            BufferPool buffers,
            @Nullable OutboundExtension extension,
            int maxBytes,
            int maxMessages,
            MemoryGuard memory,
            ConnectionEvents events,
            Clock clock,
            OutboundListener listener) {
        this.frames = new OutboundFrames(role, new FrameWriter(role, maskingKeys), buffers, events);
        FrameEncoding encoding = FrameEncoding.of(lock, extension, listener);
        this.intake = new FrameIntake(frames, encoding);
        this.progress = new Progress(lock, clock, frames, ending, write);
        this.listener = listener;
        this.ended = new EndedSends(lock);
        this.pending = new PendingSends(ended);
        this.bounds = new OutboundBounds(frames, pending, ending, progress, maxBytes, maxMessages, memory);
        this.control = new OutboundControl(lock, frames, encoding, bounds, ending, pending, events);
    }

    /** The extension of the connection. */
    public FrameEncoding encoding() {
        return intake.encoding();
    }

    /** Takes the control frames. */
    public OutboundControl control() {
        return control;
    }

    /** The progress of the queue, on which threads wait. */
    public Progress progress() {
        return progress;
    }

    /** Decides who flushes frames that were accepted and held back. */
    public DeferredFlush deferredFlush() {
        return deferred;
    }

    /** Connects the queue with its transport, and sends what was accepted before. */
    public void open(Transport transport) {
        lock.lock();
        try {
            this.transport = transport;
        } finally {
            lock.unlock();
        }
        flush();
    }

    /**
     * Accepts a data frame, TEXT or BINARY, behind all others, whatever the bounds. The payload must not change until
     * its position is written.
     *
     * @return the position of its end, for {@link Progress#awaitWritten}
     * @throws IOException if the queue has ended, or an extension cannot encode, which ends it
     * @throws IllegalStateException if it would be in the middle of another message (RFC 6455 5.4); the exception names
     *     both
     */
    public long append(MessagePart part, Opcode kind, byte[] payload, int offset, int length) throws IOException {
        lock.lock();
        try {
            return accept(part, kind, payload, offset, length);
        } finally {
            lock.unlock();
            encoding().tellFailure();
        }
    }

    /**
     * Accepts a data frame if it is within the bounds, or within half of them while {@link #appendOnceRoom} waits. If
     * nothing waits, any size is accepted.
     *
     * @param told passed to {@link OutboundListener#onCompleted} once the position is written or the queue has ended;
     *     null for none
     * @return the position, or {@link #FULL_OF_BYTES}, {@link #FULL_OF_MESSAGES} or {@link #SHORT_OF_MEMORY}
     */
    public long offer(MessagePart part, Opcode kind, byte[] payload, int offset, int length, @Nullable PendingSend told)
            throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            long refusal = told == null ? bounds.refusal(length) : bounds.refusalOfUnawaited(length);
            long position = refusal != 0 ? refusal : accept(part, kind, payload, offset, length);
            if (told != null && refusal == 0) {
                pending.add(told, frames.accepted());
            }
            return position;
        } finally {
            lock.unlock();
            encoding().tellFailure();
        }
    }

    /**
     * Accepts a whole message that goes to other queues, too, like the other offer; the result may also be {@link
     * #MID_MESSAGE}. The caller may hold locks: if this throws and {@link FrameEncoding#hasFailed}, it calls {@link
     * FrameEncoding#tellFailure} once it holds none.
     */
    public long offer(SharedMessage message) throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            long refusal = intake.isMidMessage() ? MID_MESSAGE : bounds.refusal(message.length());
            return refusal != 0 ? refusal : accepted(intake.append(message));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Passes {@code told} to {@link OutboundListener#onCompleted} once everything that is accepted now is written.
     * Returns false, and does not pass it, if all is already written.
     */
    public boolean onWritten(PendingSend told) throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            boolean waits = !frames.isAllWritten();
            if (waits) {
                pending.add(told, frames.accepted());
            }
            return waits;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts a data frame once it is within the bounds, or half of them is free; otherwise later, smaller sends could
     * starve it.
     *
     * @return the position, or {@link #TOO_LATE} if {@code deadline}, a time of {@link System#nanoTime}, has passed
     *     before
     */
    public long appendOnceRoom(MessagePart part, Opcode kind, byte[] payload, int offset, int length, long deadline)
            throws IOException {
        lock.lock();
        try {
            while (!bounds.fits(length, 1) && !bounds.fits(0, 2)) {
                if (!progress.awaitRoom(deadline)) {
                    return TOO_LATE;
                }
            }
            return accept(part, kind, payload, offset, length);
        } finally {
            lock.unlock();
            progress.waited();
            encoding().tellFailure();
        }
    }

    private long accept(MessagePart part, Opcode kind, byte[] payload, int offset, int length) throws IOException {
        ending.throwIfClosing();
        return accepted(intake.append(part, kind, payload, offset, length));
    }

    private long accepted(long position) {
        deferred.accepted();
        bounds.accepted();
        return position;
    }

    /** Whether {@link #append} keeps a payload of this length by reference instead of copying it. */
    public static boolean keepsReference(int length) {
        return length > OutboundFrames.COPY_LIMIT;
    }

    /** The same as {@link #flush}, for the timer and the monitor. */
    @Override
    public void run() {
        flush();
    }

    /** Hands accepted frames to the transport, unless a write is outstanding: its completion then does that. */
    public void flush() {
        FrameEncoding encoding = encoding();
        if (encoding.isOnStack()) {
            return; // the send that called the extension flushes
        }
        encoding.tellFailure();
        bounds.lookIfGrown();
        ByteBuffer[] batch;
        Transport out;
        lock.lock();
        try {
            batch = nextBatch();
            out = transport;
        } finally {
            lock.unlock();
        }
        while (batch != null && out != null) {
            try {
                out.write(this, batch);
                batch = afterWrite();
            } catch (RuntimeException | Error e) {
                // otherwise the write would be outstanding for ever, and the exception would reach a
                // turn of another session
                failed(e);
                batch = null;
            }
        }
        intake.tellEvents();
    }

    /** The next write, or null. The lock is held. */
    private ByteBuffer @Nullable [] nextBatch() {
        deferred.flushed();
        if (transport == null || !write.isNone() || ending.hasCome() || frames.isEmpty()) {
            return null;
        }
        ByteBuffer[] batch = frames.take();
        write.begin(frames.taken());
        return batch;
    }

    /** The next write if the last one has completed inline, or null. */
    private ByteBuffer @Nullable [] afterWrite() {
        boolean room = false;
        boolean pends = false;
        lock.lock();
        try {
            if (!write.submitted(progress.clock())) {
                pends = true;
                progress.signal();
            } else {
                batchWritten();
                room = bounds.takeNotice();
                if (ended.isEmpty() && !room) {
                    return nextBatch(); // the usual case: no call, and no frame left
                }
            }
        } finally {
            lock.unlock();
        }
        if (pends) {
            listener.onWritePending();
            return null;
        }
        tell(room);
        lock.lock();
        try {
            return nextBatch();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the bounds are reached. If so, {@link OutboundListener#onRoom} is called once they are not. */
    public boolean armIfFull() {
        if (!bounds.isCrowded()) {
            return false;
        }
        lock.lock();
        try {
            return bounds.armIfFull();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The nanoseconds until the earliest deadline of a send or of the outstanding write; {@link Long#MAX_VALUE} for
     * none.
     */
    public long untilDeadline(long writeTimeoutNanos, long now) {
        lock.lock();
        try {
            if (ending.hasCome()) {
                return Long.MAX_VALUE;
            }
            return Math.min(write.untilDeadline(writeTimeoutNanos, now), pending.untilDeadline(now));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the queue: waiting and later sends fail with an IOException with this message; the first one stays. If it
     * throws, it must be called again, since some sends may not have been completed.
     */
    public void end(String why) {
        lock.lock();
        try {
            boolean first = ending.ended(why);
            pending.failAll(why);
            progress.signal();
            // A write in flight still owns its buffers, so they do not go back to the pool.
            frames.clear(first && write.isNone());
            bounds.released();
            encoding().close();
        } finally {
            lock.unlock();
        }
        tell(true); // callbacks that waited for room must go on with what came before the end
    }

    @Override
    public void written() {
        try {
            boolean room;
            lock.lock();
            try {
                if (!write.completed()) {
                    return; // the thread inside Transport.write goes on, so there is no recursion
                }
                batchWritten();
                room = bounds.takeNotice();
            } finally {
                lock.unlock();
            }
            tell(room);
            flush();
        } catch (RuntimeException | Error e) {
            failed(e); // otherwise nobody would write the waiting frames
        }
    }

    @Override
    public void failed(Throwable cause) {
        boolean first;
        lock.lock();
        try {
            first = !ending.hasCome();
            write.fail();
            progress.signal();
        } finally {
            lock.unlock();
        }
        if (first) {
            listener.onWriteFailed(cause);
        }
    }

    /** Called when the outstanding write has ended: completes the sends that end with it. The lock is held. */
    private void batchWritten() {
        long bytes = write.end();
        progress.signal();
        if (!ending.hasCome()) {
            frames.written(bytes);
            pending.endUpTo(frames.written());
            frames.giveBackTaken();
            bounds.released();
        }
    }

    /**
     * Calls the listener. If this throws, the next call completes the remaining sends, at the latest that of {@link
     * #end}.
     */
    private void tell(boolean room) {
        ended.tell(listener);
        if (room) {
            listener.onRoom();
        }
    }
}
