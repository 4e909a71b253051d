package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.BlockingTurns;
import dev.hawser.internal.transport.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries one message from the reading thread to a handler that reads it as a stream while it arrives. Its waiting
 * parts count in the bounds of the session's {@link Inbox}, above which the connection stops reading until the handler
 * has caught up. Parts are Strings or byte arrays, depending on the kind of the message.
 */
final class MessagePipe implements BlockingTurns.Stream {
    /** The minimum time between two looks of a waiting reader while the connection is not read. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Duration patience;
    private final ReadingClock clock;
    private final Clock time;
    private final Listener listener;

    /**
     * The bytes that a part counts in addition to its own, so that fragments of one octet cannot take many times the
     * bound.
     */
    private static final int PART_WEIGHT = 64;

    // Guarded by lock.
    private final ArrayDeque<Object> parts = new ArrayDeque<>();
    /** The bytes of the parts that are not completely read. */
    private long waiting;
    /** Whether the handler may begin to read. */
    private boolean begun;

    private final PeersPace pace = new PeersPace();

    private boolean complete;
    private @Nullable String failure;
    /** Whether the handler wants no more. Written with the lock held, read without it. */
    private volatile boolean abandoned;

    /** The connection, which is called without the lock. */
    interface Listener {
        /** A part waits. Called by the reading thread. */
        void onWaiting(int bytes);

        /** Parts were read or dropped. Called on the handler's thread. */
        void onRead(long bytes);

        /** The handler may begin to read. Called once, on any thread, unless it could from the start. */
        void onMayBegin(MessagePipe pipe);

        /** No part came in the time that a reader waits; the reader is about to get an IOException. */
        void onStalled();
    }

    /**
     * @param patience how long a reader waits for the next part, {@link dev.hawser.Setting#STREAM_READ_TIMEOUT}
     * @param clock measures that time
     * @param time lets readers wait
     * @param atOnce whether the handler begins with the first part; otherwise it begins when the message is complete,
     *     or at {@link #begin}
     */
    MessagePipe(Duration patience, ReadingClock clock, Clock time, boolean atOnce, Listener listener) {
        this.patience = patience;
        this.clock = clock;
        this.time = time;
        this.begun = atOnce;
        this.listener = listener;
    }

    /** The pipe of a stream, or null if the object is not a stream of a pipe. */
    static @Nullable MessagePipe of(Object stream) {
        if (stream instanceof PartsInputStream octets) {
            return octets.pipe();
        }
        return stream instanceof PartsReader characters ? characters.pipe() : null;
    }

    /** Whether the handler may be called now, so that it does not wait for parts that may never come. */
    boolean mayBegin() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin() {
        boolean tell;
        lock.lock();
        try {
            tell = !begun;
            begun = true;
        } finally {
            lock.unlock();
        }
        if (tell) {
            listener.onMayBegin(this);
        }
    }

    /** How fast the peer sends while the handler waits, in bytes per second; infinite if the handler does not wait. */
    double peersPace(long now) {
        lock.lock();
        try {
            return complete || failure != null || abandoned ? Double.POSITIVE_INFINITY : pace.now(now);
        } finally {
            lock.unlock();
        }
    }

    /** The reading thread's side. */
    void write(String part, boolean last) {
        write(part, weight(part), last);
    }

    /** The reading thread's side. */
    void write(byte[] part, boolean last) {
        write(part, weight(part), last);
    }

    /** A character counts as two bytes. */
    private static int weight(String part) {
        return part.isEmpty() ? 0 : 2 * part.length() + PART_WEIGHT;
    }

    private static int weight(byte[] part) {
        return part.length == 0 ? 0 : part.length + PART_WEIGHT;
    }

    /**
     * Says that the rest of the message will not come: a reader gets an IOException after the parts that have arrived.
     */
    void fail(String why) {
        lock.lock();
        try {
            if (!complete) {
                failure = why;
                arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
        begin(); // so that the handler is called and gets the exception
    }

    /**
     * Drops what the handler has left unread when it has returned; otherwise it would fill the pipe and stop the
     * connection.
     */
    static void abandon(Object stream) {
        if (stream instanceof PartsInputStream octets) {
            octets.close();
        } else if (stream instanceof PartsReader characters) {
            characters.close();
        }
    }

    InputStream inputStream() {
        return new PartsInputStream();
    }

    Reader reader() {
        return new PartsReader();
    }

    private void write(Object part, int weight, boolean last) {
        if (weight > 0) {
            listener.onWaiting(weight); // before a reader can take it
        }
        boolean taken;
        lock.lock();
        try {
            complete = last;
            pace.arrived(weight);
            taken = !abandoned;
            if (taken && weight > 0) {
                parts.add(part);
                waiting += weight;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        if (!taken && weight > 0) {
            listener.onRead(weight);
        }
        if (last) {
            begin();
        }
    }

    /** Waits for the next part, and returns it; null at the end of the message. */
    private @Nullable Object take() throws IOException {
        boolean stalled;
        lock.lock();
        try {
            stalled = !awaitPart() && failure == null;
            if (stalled) {
                failure = "no part of the message came for " + patience.toMillis() + " ms";
            }
            ensureOpen();
            if (!parts.isEmpty() || failure == null) {
                return parts.poll();
            }
        } finally {
            lock.unlock();
            time.waited();
        }
        if (stalled) {
            listener.onStalled();
        }
        throw new IOException(failure);
    }

    /**
     * Waits for a part or the end. Returns false if the time has passed; a peer that only answers pings does not extend
     * it.
     */
    private boolean awaitPart() throws InterruptedIOException {
        long began = 0;
        boolean waited = false;
        while (parts.isEmpty() && !complete && failure == null && !abandoned) {
            long now = clock.now();
            began = waited ? began : now;
            waited = true;
            long left = patience.toNanos() - (now - began);
            if (left <= 0) {
                return false;
            }
            pace.waits();
            try {
                time.await(arrived, clock.isStopped() ? Math.max(left, LOOK_NANOS) : left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the next part of the message");
            } finally {
                pace.waited();
            }
        }
        return true;
    }

    private void consumed(int weight) {
        boolean counted;
        lock.lock();
        try {
            counted = !abandoned; // otherwise it was dropped with the rest
            waiting -= weight;
        } finally {
            lock.unlock();
        }
        if (counted) {
            listener.onRead(weight);
        }
    }

    /** Called when the handler wants no more: later parts are dropped. */
    private void abandon() {
        long dropped;
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            abandoned = true;
            parts.clear();
            dropped = waiting;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        if (dropped > 0) {
            listener.onRead(dropped);
        }
    }

    private void ensureOpen() throws IOException {
        if (abandoned) {
            throw new IOException("the stream is closed");
        }
    }

    private final class PartsInputStream extends InputStream {
        private byte[] part = new byte[0];
        private int at;

        MessagePipe pipe() {
            return MessagePipe.this;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            ensureOpen();
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (at == part.length && !next()) {
                return -1;
            }
            int count = Math.min(length, part.length - at);
            System.arraycopy(part, at, target, offset, count);
            at += count;
            if (at == part.length) {
                consumed(weight(part));
            }
            return count;
        }

        private boolean next() throws IOException {
            byte[] taken = (byte[]) take();
            if (taken == null) {
                return false;
            }
            part = taken;
            at = 0;
            return true;
        }

        @Override
        public int available() throws IOException {
            ensureOpen();
            return part.length - at;
        }

        @Override
        public void close() {
            abandon();
        }
    }

    private final class PartsReader extends Reader {
        private String part = "";
        private int at;

        MessagePipe pipe() {
            return MessagePipe.this;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            ensureOpen();
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (at == part.length() && !next()) {
                return -1;
            }
            int count = Math.min(length, part.length() - at);
            part.getChars(at, at + count, target, offset);
            at += count;
            if (at == part.length()) {
                consumed(weight(part));
            }
            return count;
        }

        private boolean next() throws IOException {
            String taken = (String) take();
            if (taken == null) {
                return false;
            }
            part = taken;
            at = 0;
            return true;
        }

        @Override
        public boolean ready() throws IOException {
            ensureOpen();
            return at < part.length();
        }

        @Override
        public void close() {
            abandon();
        }
    }
}
