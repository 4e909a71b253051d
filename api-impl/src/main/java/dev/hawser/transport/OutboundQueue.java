package dev.hawser.transport;

import dev.hawser.protocol.FrameWriter;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.OutboundExtension;
import dev.hawser.protocol.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one ordered, bounded way out of a session. Frames of any thread are encoded behind one another, many into one buffer; {@link #flush}
 * hands to the transport what has gathered, in one write. Every accepted byte has a position, so that whoever waits for a message waits
 * for the position of its end, and no object per message is needed.
 *
 * <p>Thread-safe. Nothing of the application is called under the lock. Control frames overtake waiting data frames at the next frame
 * border (RFC 6455 5.4), but for the close frame, which comes after all that was accepted before it.
 */
public final class OutboundQueue implements Transport.WriteCompletion {
    /** Which part of its message a data frame is. */
    public enum Part {
        /** All of it. */
        WHOLE,
        /** The first or a further part, with more to come. */
        MORE,
        /** The last part; without one before, all of it. */
        LAST
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final OutboundListener listener;
    private final OutboundFrames frames;
    private final int maxBytes;
    private final int maxMessages;

    // All below: guarded by lock.
    private @Nullable Transport transport;
    private final OutstandingWrite write = new OutstandingWrite();
    private long written;
    private boolean closing;
    private final MessageOrder order = new MessageOrder();
    private final PendingSends pending = new PendingSends();
    private boolean flushClaimed;
    private boolean deferred;
    private long deferredSince;
    private boolean wasFull;
    private final Progress progress = new Progress(lock);
    private @Nullable IOException failure;

    /** Whether the bounds may be reached; written under the lock, read without: false spares the question, which each callback asks. */
    private volatile boolean crowded;

    /** @param extension what data frames pass through, called and closed under the lock; null for none. The bounds count encoded bytes */
    public OutboundQueue(
            Role role,
            IntSupplier maskingKeys,
            BufferPool buffers,
            @Nullable OutboundExtension extension,
            int maxBytes,
            int maxMessages,
            OutboundListener listener) {
        this.frames = new OutboundFrames(role, new FrameWriter(role, maskingKeys), buffers, extension);
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.listener = listener;
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
     * Accepts a data frame behind all others, whatever the bounds: callers that may wait call {@link #awaitRoom} before, others ask
     * {@link #hasRoom}. The payload must not change until its position is written.
     *
     * @param kind TEXT or BINARY
     * @return the position of its end, for {@link #await} and {@link #whenWritten}
     * @throws IOException if the queue has ended, or an extension cannot encode, which ends it
     * @throws IllegalStateException if it would stand in the middle of another message (RFC 6455 5.4), naming both
     */
    public long append(Part part, Opcode kind, byte[] payload, int offset, int length) throws IOException {
        IOException broken;
        lock.lock();
        try {
            throwIfClosing();
            frames.refuseWhileEncoding();
            Opcode opcode = order.next(part, kind);
            try {
                frames.appendData(opcode, part != Part.MORE, payload, offset, length);
                if (!deferred) {
                    deferred = true;
                    deferredSince = System.nanoTime();
                }
                if (!crowded && !fits(1, 1)) {
                    crowded = true;
                }
                return frames.accepted();
            } catch (RuntimeException e) {
                broken = new IOException("an extension could not encode a frame", e);
            }
        } finally {
            lock.unlock();
        }
        listener.onWriteFailed(broken);
        throw broken;
    }

    /** Whether {@link #append} keeps a payload of this length by reference instead of copying it. */
    public static boolean keepsReference(int length) {
        return length > OutboundFrames.COPY_LIMIT;
    }

    /** Accepts the close frame. Nothing can be appended after it (RFC 6455 5.5.1). */
    public long appendClose(byte[] payload) throws IOException {
        lock.lock();
        try {
            throwIfEnded();
            closing = true;
            frames.appendClose(payload);
            frames.closeExtension(); // no data frame follows, and the peer may take its time to go
            return frames.accepted();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts a ping or an unsolicited pong, which overtake waiting data. */
    public void control(Opcode opcode, byte[] payload) throws IOException {
        lock.lock();
        try {
            throwIfClosing();
            if (frames.controlBytes() > maxBytes) {
                throw new IOException("the outbound queue is full of pings and pongs that the peer does not read");
            }
            frames.control(opcode, payload);
        } finally {
            lock.unlock();
        }
        flush();
    }

    /** Notes that a pong is owed. Of very many that could not be sent yet only the latest are kept (RFC 6455 5.5.3). Flushed by the caller. */
    public void owePong(byte[] payload) {
        lock.lock();
        try {
            if (failure == null && !closing) {
                frames.owePong(payload);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands what was accepted to the transport, unless a write is outstanding: then its completion goes on with it. */
    public void flush() {
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
            } catch (RuntimeException | Error e) {
                failed(e); // else the write would be outstanding for ever, and the thread of another's turn would die
                return;
            }
            batch = afterWrite();
        }
    }

    /** Under the lock: what is to be written now, or null. */
    private ByteBuffer @Nullable [] nextBatch() {
        deferred = false;
        flushClaimed = false;
        if (transport == null || !write.isNone() || failure != null || frames.isEmpty()) {
            return null;
        }
        ByteBuffer[] batch = frames.take();
        write.begin(frames.taken());
        return batch;
    }

    /** If the write has completed inline: what came meanwhile, or null. */
    private ByteBuffer @Nullable [] afterWrite() {
        List<PendingSend> ended;
        boolean room;
        lock.lock();
        try {
            if (!write.submitted()) {
                ended = null;
                room = false;
            } else {
                ended = batchWritten();
                room = roomAgain();
                if (ended.isEmpty() && !room) {
                    return nextBatch(); // the usual case: nobody to tell, nothing left
                }
            }
        } finally {
            lock.unlock();
        }
        if (ended == null) {
            listener.onWritePending();
            return null;
        }
        tell(ended, room);
        lock.lock();
        try {
            return nextBatch();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the caller is the one to flush later: true for the first who asks since the last flush. */
    public boolean claimFlush() {
        lock.lock();
        try {
            boolean first = !flushClaimed;
            flushClaimed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #append} would stay within the bounds, or within half while {@link #awaitRoom} waits. Any size is when nothing waits. */
    public boolean hasRoom(int length) {
        lock.lock();
        try {
            return fits(length, progress.isRoomAwaited() ? 2 : 1);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the bounds are reached, so that producers should pause; {@link OutboundListener#onRoom} follows when they are not any more. */
    public boolean isFull() {
        if (!crowded) {
            return false;
        }
        lock.lock();
        try {
            wasFull = failure == null && !fits(1, 1);
            crowded = wasFull;
            return wasFull;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until {@code length} bytes would be within the bounds, or half of them is free: else later, smaller sends could starve it.
     *
     * @return false if {@code deadline} (as of {@link System#nanoTime}) has passed before
     * @throws IOException if the queue has ended
     */
    public boolean awaitRoom(int length, long deadline) throws IOException {
        lock.lock();
        try {
            while (!fits(length, 1) && !fits(0, 2)) {
                if (!progress.awaitRoom(deadline)) {
                    return false;
                }
            }
            throwIfClosing();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all bytes up to {@code position} have been handed to the network.
     *
     * @return false if {@code deadline} has passed before
     * @throws IOException if the queue ended before
     */
    public boolean await(long position, long deadline) throws IOException {
        lock.lock();
        try {
            while (written < position) {
                throwIfEnded();
                if (!progress.await(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether all bytes up to {@code position} have been handed to the network. */
    public boolean isWritten(long position) {
        lock.lock();
        try {
            return written >= position;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls {@link OutboundListener#onCompleted} with {@code send} once its position is written or the queue has ended.
     *
     * @return whether that was at once
     */
    public boolean whenWritten(PendingSend send) {
        lock.lock();
        try {
            if (written < send.position() && failure == null) {
                pending.add(send);
                return false;
            }
            if (written < send.position()) {
                send.fail(failure);
            }
        } finally {
            lock.unlock();
        }
        listener.onCompleted(send);
        return true;
    }

    /** Bytes accepted and not yet written. */
    public long bufferedBytes() {
        lock.lock();
        try {
            return frames.accepted() - written;
        } finally {
            lock.unlock();
        }
    }

    /** Flushes what has been waiting since {@code since} or longer, as the flush rule promises. */
    public void flushIfDeferredSince(long since) {
        lock.lock();
        try {
            if (!deferred || deferredSince - since > 0) {
                return;
            }
        } finally {
            lock.unlock();
        }
        flush();
    }

    /**
     * How long until the earliest deadline of what waits, in nanoseconds: of a send, or of the write that is outstanding. {@link
     * Long#MAX_VALUE} if nothing waits. A time to go and not a point in time, since a deadline without end is no point in time.
     */
    public long untilDeadline(long writeTimeoutNanos, long now) {
        lock.lock();
        try {
            if (failure != null) {
                return Long.MAX_VALUE;
            }
            return Math.min(write.untilDeadline(writeTimeoutNanos, now), pending.untilDeadline(now));
        } finally {
            lock.unlock();
        }
    }

    /** Ends the queue: what waits fails with {@code cause}, and so does all that comes. The first cause stays. */
    public void end(IOException cause) {
        List<PendingSend> ended;
        boolean room;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = cause;
            // A write in flight still owns its buffers: they are given to the collector instead of the pool.
            frames.clear(write.isNone());
            frames.closeExtension();
            ended = pending.failAll(cause);
            room = wasFull;
            wasFull = false;
            progress.signal();
        } finally {
            lock.unlock();
        }
        tell(ended, room); // room not to send, but to go on with what came before the end
    }

    @Override
    public void written() {
        List<PendingSend> ended;
        boolean room;
        lock.lock();
        try {
            if (!write.completed()) {
                return; // the thread inside Transport.write goes on: no recursion
            }
            ended = batchWritten();
            room = roomAgain();
        } finally {
            lock.unlock();
        }
        tell(ended, room);
        flush();
    }

    @Override
    public void failed(Throwable cause) {
        boolean first;
        lock.lock();
        try {
            first = failure == null;
            write.fail();
        } finally {
            lock.unlock();
        }
        if (first) {
            listener.onWriteFailed(cause);
        }
    }

    /** Under the lock: the outstanding write has ended. Returns the sends that ended with it. */
    private List<PendingSend> batchWritten() {
        long bytes = write.end();
        progress.signal();
        if (failure != null) {
            return List.of();
        }
        written += bytes;
        frames.giveBackTaken();
        return pending.takeUpTo(written);
    }

    /** Under the lock: whether the bounds had been reached and are not any more. */
    private boolean roomAgain() {
        boolean room = wasFull && (failure != null || fits(1, 1));
        if (room) {
            wasFull = false;
        }
        return room;
    }

    private void tell(List<PendingSend> ended, boolean room) {
        for (PendingSend send : ended) {
            listener.onCompleted(send);
        }
        if (room) {
            listener.onRoom();
        }
    }

    /** Under the lock: whether so many bytes more are within the bounds divided by {@code by}. */
    private boolean fits(int length, int by) {
        long waiting = frames.accepted() - written;
        boolean within = waiting + length <= maxBytes / by && frames.messages() < maxMessages / by;
        return waiting == 0 || failure != null || within;
    }

    private void throwIfEnded() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private void throwIfClosing() throws IOException {
        throwIfEnded();
        if (closing) {
            throw new IOException("the session is closing: its close frame has been sent");
        }
    }
}
