package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one ordered, bounded way out of a session. Frames of any thread are encoded behind one another, many into one
 * buffer; {@link #flush} hands to the transport what has gathered, in one write. Every accepted byte has a position, so
 * that whoever waits for a message waits for the position of its end, and no object per message is needed.
 *
 * <p>Thread-safe. Nothing of the application is called under the lock. Control frames overtake waiting data frames at
 * the next frame border (RFC 6455 5.4), but for the close frame, which comes after all that was accepted before it.
 */
public final class OutboundQueue implements Transport.WriteCompletion {
    /** Instead of a position: refused, since as many bytes wait as may, or as many messages. */
    public static final long FULL_OF_BYTES = -1;

    public static final long FULL_OF_MESSAGES = -2;
    /** Instead of a position: the deadline has passed. */
    public static final long TOO_LATE = -3;
    /** Instead of a position: refused, since a partial message is unfinished (RFC 6455 5.4). */
    public static final long MID_MESSAGE = -4;

    private final ReentrantLock lock = new ReentrantLock();
    private final OutboundListener listener;
    // All below: guarded by lock.
    private final OutboundFrames frames;
    private final FrameEncoding encoding;
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
     * @param extension what data frames pass through, called and closed under the lock; null for none
     * @param maxBytes how much memory may be held by what waits; of a payload that is shared or the application's, all
     *     of it
     */
    public OutboundQueue(
            Role role,
            IntSupplier maskingKeys,
            BufferPool buffers,
            @Nullable OutboundExtension extension,
            int maxBytes,
            int maxMessages,
            OutboundListener listener) {
        this.frames = new OutboundFrames(role, new FrameWriter(role, maskingKeys), buffers);
        this.encoding = new FrameEncoding(extension);
        this.intake = new FrameIntake(frames, encoding);
        this.progress = new Progress(lock, frames, ending, write);
        this.listener = listener;
        this.ended = new EndedSends(lock, listener);
        this.pending = new PendingSends(ended);
        this.bounds = new OutboundBounds(frames, pending, ending, progress, maxBytes, maxMessages);
        this.control = new OutboundControl(lock, frames, encoding, bounds, ending, pending);
    }

    /** Where control frames come in. */
    public OutboundControl control() {
        return control;
    }

    /** How far the queue has got, and where threads wait until it has got further. */
    public Progress progress() {
        return progress;
    }

    /** Who flushes what was accepted and held back. */
    public DeferredFlush deferredFlush() {
        return deferred;
    }

    /** Connects the queue with its transport and sends what has been accepted before. */
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
     * @throws IllegalStateException if it would stand in the middle of another message (RFC 6455 5.4), naming both
     */
    public long append(MessagePart part, Opcode kind, byte[] payload, int offset, int length) throws IOException {
        lock.lock();
        try {
            return accept(part, kind, payload, offset, length);
        } finally {
            lock.unlock();
            tellFailure();
        }
    }

    /**
     * The same if it stays within the bounds, or within half of them while {@link #appendOnceRoom} waits. Any size does
     * when nothing waits.
     *
     * @param told who is told once the position is written or the queue has ended:
     *     {@link OutboundListener#onCompleted}; null for nobody
     * @return the position, or {@link #FULL_OF_BYTES} or {@link #FULL_OF_MESSAGES}
     */
    public long offer(MessagePart part, Opcode kind, byte[] payload, int offset, int length, @Nullable PendingSend told)
            throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            long refusal = bounds.refusal(length);
            long position = refusal != 0 ? refusal : accept(part, kind, payload, offset, length);
            if (told != null && refusal == 0) {
                pending.add(told, frames.accepted());
            }
            return position;
        } finally {
            lock.unlock();
            tellFailure();
        }
    }

    /**
     * The same for a whole message that goes to other queues, too; or {@link #MID_MESSAGE}. The caller may hold locks:
     * if this throws and {@link #hasFailed}, it is to {@link #tellFailure} once it holds none.
     */
    public long offer(SharedMessage message) throws IOException {
        lock.lock();
        try {
            ending.throwIfClosing();
            long refusal = intake.isMidMessage() ? MID_MESSAGE : bounds.refusal(message.payload().length);
            return refusal != 0 ? refusal : accepted(intake.append(message));
        } finally {
            lock.unlock();
        }
    }

    /** Whether an extension has failed, and the connection has not been told so. */
    public boolean hasFailed() {
        return encoding.hasFailed();
    }

    /** Has {@code told} told once all is written that is accepted now. False if it is already: then it is not told. */
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
     * The same once it stays within the bounds, or half of them is free: else later, smaller sends could starve it.
     *
     * @return the position, or {@link #TOO_LATE} if {@code deadline} (as of {@link System#nanoTime}) has passed before
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
            tellFailure();
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

    /**
     * Tells what an extension has done: that it has failed, which ends the connection, or that it has returned. Called
     * without the lock, which extensions run under.
     */
    public void tellFailure() {
        if (encoding.isExtended() && !isInExtension()) {
            IOException broken = encoding.takeFailure();
            if (broken != null) {
                listener.onWriteFailed(broken);
            }
            listener.onEncoded();
        }
    }

    /** Whether the calling thread is in an extension, which it calls under the lock. */
    public boolean isInExtension() {
        return encoding.isExtended() && lock.isHeldByCurrentThread();
    }

    /** Whether {@link #append} keeps a payload of this length by reference instead of copying it. */
    public static boolean keepsReference(int length) {
        return length > OutboundFrames.COPY_LIMIT;
    }

    /** Hands what was accepted to the transport, unless a write is outstanding: then its completion goes on with it. */
    public void flush() {
        if (isInExtension()) {
            return; // whoever sends what it encodes flushes
        }
        tellFailure();
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
                failed(e); // else the write would be outstanding for ever, and the thread of another's turn would die
                return;
            }
        }
    }

    /** Under the lock: what is to be written now, or null. */
    private ByteBuffer @Nullable [] nextBatch() {
        deferred.flushed();
        if (transport == null || !write.isNone() || ending.hasCome() || frames.isEmpty()) {
            return null;
        }
        ByteBuffer[] batch = frames.take();
        write.begin(frames.taken());
        return batch;
    }

    /** If the write has completed inline: what came meanwhile, or null. */
    private ByteBuffer @Nullable [] afterWrite() {
        boolean room = false;
        boolean pends = false;
        lock.lock();
        try {
            if (!write.submitted()) {
                pends = true;
                progress.signal();
            } else {
                batchWritten();
                room = bounds.takeNotice();
                if (ended.isEmpty() && !room) {
                    return nextBatch(); // the usual case: nobody to tell, nothing left
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

    /** Whether the bounds are reached. If so, {@link OutboundListener#onRoom} follows once they are not any more. */
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

    /** Nanoseconds until the earliest deadline of a send or the outstanding write; {@link Long#MAX_VALUE} for none. */
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
     * Ends the queue: what waits fails with {@code cause}, and so does all that comes. The first cause stays. If it
     * throws, not all may have been told: it is to be called again.
     */
    public void end(IOException cause) {
        lock.lock();
        try {
            boolean first = ending.ended(cause);
            pending.failAll(cause);
            progress.signal();
            // A write in flight still owns its buffers: they are given to the collector instead of the pool.
            frames.clear(first && write.isNone());
            encoding.close();
        } finally {
            lock.unlock();
        }
        tell(true); // room not to send, but to go on with what came before the end
    }

    @Override
    public void written() {
        try {
            boolean room;
            lock.lock();
            try {
                if (!write.completed()) {
                    return; // the thread inside Transport.write goes on: no recursion
                }
                batchWritten();
                room = bounds.takeNotice();
            } finally {
                lock.unlock();
            }
            tell(room);
            flush();
        } catch (RuntimeException | Error e) {
            failed(e); // else nobody would go on with what waits
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

    /** Under the lock: the outstanding write has ended, and the sends that end with it. */
    private void batchWritten() {
        long bytes = write.end();
        progress.signal();
        if (!ending.hasCome()) {
            frames.written(bytes);
            pending.endUpTo(frames.written());
            frames.giveBackTaken();
        }
    }

    /** If it throws, the sends that are left are told by the next call, at the latest at the end. */
    private void tell(boolean room) {
        ended.tell();
        if (room) {
            listener.onRoom();
        }
    }
}
