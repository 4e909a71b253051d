package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one connection, on its way to the observers. What happens with a lock held is recorded, and told by
 * {@link #tell} once the lock is free. If nobody watches, all this is one plain read.
 *
 * <p>No method throws. Thread-safe, except where a method names a guard.
 */
public final class ConnectionEvents {
    /** The first mark of {@link ConnectionObserver#queueHighWater}, in bytes. */
    static final long FIRST_MARK = 16 * 1024;

    private static final VarHandle RECORDED;

    static {
        try {
            RECORDED = MethodHandles.lookup().findVarHandle(ConnectionEvents.class, "recorded", RecordedEvents.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Observers observers;
    private final ObservedConnection connection;

    /** Made for the first event; never replaced. */
    private volatile @Nullable RecordedEvents recorded;

    // The fields of what is sent are guarded by the outbound queue's lock, that of what is received by the engine's.
    private long sentBytes;
    private long nextMark = FIRST_MARK;
    /** The length of a close frame whose code is not yet known, or -1. */
    private int closeLength = -1;

    /** @param connection what observers learn of it */
    public ConnectionEvents(Observers observers, ObservedConnection connection) {
        this.observers = observers;
        this.connection = connection;
    }

    /** For a connection of which nobody learns anything. */
    public static ConnectionEvents unwatched() {
        return new ConnectionEvents(Observers.create(), new ObservedConnection("", "", false));
    }

    /** What observers learn of the connection. */
    public ObservedConnection connection() {
        return connection;
    }

    /** Whether nobody watches, so that an event need not be told. One plain read. */
    public boolean off() {
        return observers.none();
    }

    // ---- recorded: a lock may be held ----

    /** The header of a frame has come. Guarded by the engine's lock. */
    public void frameReceived(Opcode opcode, boolean fin, int rsv, long length) {
        if (opcode == Opcode.CLOSE) {
            closeLength = (int) length; // its code comes with its payload
        } else {
            frame(true, opcode, fin, rsv, length, 0);
        }
    }

    /** The payload of the close frame has come, or breaks a rule: then the code is 0. Guarded by the engine's lock. */
    public void closeReceived(int code) {
        int length = closeLength;
        if (length >= 0) {
            closeLength = -1;
            frame(true, Opcode.CLOSE, true, 0, length, code);
        }
    }

    /** A message has come to its end. */
    public void messageReceived(Opcode kind, long bytes) {
        message(true, kind, bytes);
    }

    /**
     * A data frame is queued. Guarded by the outbound queue's lock.
     *
     * @param kind TEXT or BINARY
     * @param decoded the bytes of the message that it carries
     */
    public void dataSent(Opcode kind, Opcode opcode, boolean fin, int rsv, long length, int decoded) {
        frame(false, opcode, fin, rsv, length, 0);
        sentBytes += decoded;
        if (fin) {
            message(false, kind, sentBytes);
            sentBytes = 0;
        }
    }

    /** So much waits in the outbound queue, in bytes of memory. Guarded by its lock. */
    public void waiting(long bytes) {
        if (bytes < nextMark) {
            return;
        }
        while (nextMark <= bytes) {
            nextMark *= 2;
        }
        try {
            record(to -> to.queueHighWater(connection, bytes));
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    /** A control frame is queued. */
    public void controlSent(Opcode opcode, int length, int closeCode) {
        frame(false, opcode, true, 0, length, closeCode);
    }

    private void frame(boolean received, Opcode opcode, boolean fin, int rsv, long length, int closeCode) {
        try {
            ObservedFrame frame = new ObservedFrame(opcode, fin, rsv, length, closeCode);
            record(received ? to -> to.frameReceived(connection, frame) : to -> to.frameSent(connection, frame));
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    private void message(boolean received, Opcode kind, long bytes) {
        try {
            record(
                    received
                            ? to -> to.messageReceived(connection, kind, bytes)
                            : to -> to.messageSent(connection, kind, bytes));
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    private void record(Consumer<ConnectionObserver> event) {
        RecordedEvents events = recorded;
        if (events == null) {
            RecordedEvents made = new RecordedEvents();
            events = (RecordedEvents) RECORDED.compareAndExchange(this, null, made);
            events = events == null ? made : events;
        }
        events.add(event);
    }

    // ---- told at once: no lock is held ----

    /** Tells what was recorded, unless another thread does. */
    public void tell() {
        RecordedEvents events = recorded;
        if (events != null) {
            try {
                events.tellTo(observers);
            } catch (Throwable e) {
                // no stack for it; the next call tells
            }
        }
    }

    /** The connection is open. */
    public void opened() {
        if (off()) {
            return;
        }
        try {
            observers.tell(to -> to.opened(connection));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** A callback begins. Returns its time, for {@link #callbackReturned}; 0 if nobody watches. */
    public long callbackBegins(ObservedCallback callback) {
        if (off()) {
            return 0;
        }
        try {
            observers.tell(to -> to.callbackBegan(connection, callback));
        } catch (Throwable e) {
            // no memory for it
        }
        return System.nanoTime() | 1;
    }

    /** Callbacks have not returned for so long, at least. */
    public void callbackBlocked(long nanos, Thread thread) {
        if (off()) {
            return;
        }
        try {
            observers.tell(to -> to.callbackBlocked(connection, nanos, thread));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** A callback has returned or thrown. */
    public void callbackReturned(ObservedCallback callback, long began) {
        if (began == 0 || off()) {
            return;
        }
        try {
            long nanos = System.nanoTime() - began;
            observers.tell(to -> to.callbackReturned(connection, callback, nanos));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** A send has failed. */
    public void sendFailed(Throwable failure) {
        if (off()) {
            return;
        }
        try {
            tell();
            observers.tell(to -> to.sendFailed(connection, failure));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** The connection has ended. */
    public void ended(CloseCause cause, int closeCode) {
        if (off()) {
            return;
        }
        try {
            tell();
            observers.tell(to -> to.ended(connection, cause, closeCode));
        } catch (Throwable e) {
            // no memory for it
        }
    }
}
