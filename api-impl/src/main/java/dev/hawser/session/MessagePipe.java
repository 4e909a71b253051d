package dev.hawser.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries one message from the reading thread to a handler that reads it as a stream while it arrives. Bounded: when it is full the
 * connection stops reading until the handler has caught up. Parts are Strings or byte arrays, by the kind of the message.
 */
final class MessagePipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final int bound;
    private final Duration patience;
    private final Listener listener;

    /** What a part weighs beside its bytes, so that fragments of one octet cannot take many times the bound. */
    private static final int PART_WEIGHT = 64;

    // Guarded by lock.
    private final ArrayDeque<Object> parts = new ArrayDeque<>();
    private int waiting;
    private boolean complete;
    private boolean abandoned;
    private @Nullable String failure;

    /** What the connection is told, on the handler's thread and not under the lock. */
    interface Listener {
        /** The pipe is less than half full again. */
        void onRoom();

        /** Nothing came for as long as a reader waits; it is about to get an IOException. */
        void onStalled();
    }

    /**
     * @param bound bytes or characters above which the pipe is full
     * @param patience how long a reader waits for the next part, {@link dev.hawser.Setting#STREAM_READ_TIMEOUT}
     */
    MessagePipe(int bound, Duration patience, Listener listener) {
        this.bound = bound;
        this.patience = patience;
        this.listener = listener;
    }

    /** The reading thread's side. */
    void write(String part, boolean last) {
        write(part, part.length(), last);
    }

    /** The reading thread's side. */
    void write(byte[] part, boolean last) {
        write(part, part.length, last);
    }

    boolean isFull() {
        lock.lock();
        try {
            return waiting > bound;
        } finally {
            lock.unlock();
        }
    }

    /** The rest of the message will not come: a reader gets an IOException once it has read what came before. */
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
    }

    /** The handler has returned: what it left unread of its stream is dropped, lest it fill the pipe and stop the connection. */
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

    private void write(Object part, int size, boolean last) {
        lock.lock();
        try {
            complete = last;
            if (!abandoned && size > 0) {
                parts.add(part);
                waiting += size + PART_WEIGHT;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next part, waiting for it; null at the end of the message. */
    private @Nullable Object take() throws IOException {
        boolean stalled;
        lock.lock();
        try {
            stalled = !awaitPart() && failure == null;
            if (stalled) {
                failure = "no part of the message came for " + patience.toMillis() + " ms";
            }
            if (abandoned) {
                throw new IOException("the stream is closed");
            }
            if (!parts.isEmpty() || failure == null) {
                return parts.poll();
            }
        } finally {
            lock.unlock();
        }
        if (stalled) {
            listener.onStalled();
        }
        throw new IOException(failure);
    }

    /** Returns whether there is something to tell the reader; false if the time is up. A peer that answers pings is alive, but no sender. */
    private boolean awaitPart() throws InterruptedIOException {
        long left = patience.toNanos();
        while (parts.isEmpty() && !complete && failure == null && !abandoned) {
            if (left <= 0) {
                return false;
            }
            try {
                left = arrived.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the next part of the message");
            }
        }
        return true;
    }

    private void consumed(int size) {
        boolean room;
        lock.lock();
        try {
            waiting -= size + PART_WEIGHT;
            room = waiting <= bound / 2;
        } finally {
            lock.unlock();
        }
        if (room) {
            listener.onRoom();
        }
    }

    /** The handler wants no more: what still comes is dropped. */
    private void abandon() {
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            abandoned = true;
            parts.clear();
            waiting = 0;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        listener.onRoom();
    }

    private final class PartsInputStream extends InputStream {
        private byte[] part = new byte[0];
        private int at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
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
                consumed(part.length);
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
        public int available() {
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

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
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
                consumed(part.length());
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
        public void close() {
            abandon();
        }
    }
}
