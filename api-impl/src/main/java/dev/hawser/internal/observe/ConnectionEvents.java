package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
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

    private static final AtomicReferenceFieldUpdater<ConnectionEvents, WatchedState> WATCHED =
            AtomicReferenceFieldUpdater.newUpdater(ConnectionEvents.class, WatchedState.class, "watched");

    private final Observers observers;
    private final ObservedConnection connection;
    /** How many bytes of each payload a log of frames may show. */
    private final int shownBytes;

    /** Made through {@link #WATCHED} for the first event; never replaced. */
    private volatile @Nullable WatchedState watched;

    /**
     * @param connection what observers learn of it
     * @param shownBytes how many bytes of each payload a log of frames may show; 0 is none
     */
    public ConnectionEvents(Observers observers, ObservedConnection connection, int shownBytes) {
        this.observers = observers;
        this.connection = connection;
        this.shownBytes = shownBytes;
    }

    /** Reports nothing. */
    public static ConnectionEvents unwatched() {
        return new ConnectionEvents(Observers.create(), new ObservedConnection("", "", false), 0);
    }

    /** What observers learn of the connection. */
    public ObservedConnection connection() {
        return connection;
    }

    /** How many bytes of each payload a log of frames may show. */
    public int shownBytes() {
        return shownBytes;
    }

    /** Whether nobody watches, so that an event need not be told. One plain read. */
    public boolean off() {
        return observers.none();
    }

    // ---- recorded: a lock may be held ----

    /** The header of a frame has come. Returns what its payload is shown to, or null. Guarded by the engine's lock. */
    public @Nullable Consumer<ByteBuffer> frameReceived(Opcode opcode, boolean fin, int rsv, long length) {
        try {
            WatchedState state = watched();
            if (opcode == Opcode.TEXT || opcode == Opcode.BINARY) {
                state.plainTextReceived = opcode == Opcode.TEXT && rsv == 0;
            }
            state.coming = null; // the last one, even if there is no memory for this one
            if (opcode == Opcode.CLOSE) {
                state.closeLength = (int) length; // its code comes with its payload
            }
            if (shownBytes > 0 && length > 0 && observers.showPayloads(connection)) {
                return payloadBegins(state, new ObservedFrame(opcode, fin, rsv, length, 0));
            }
            if (opcode != Opcode.CLOSE) {
                frame(true, opcode, fin, rsv, length, 0, null);
            }
        } catch (Throwable e) {
            // there is no memory for it
        }
        return null;
    }

    private ComingPayload payloadBegins(WatchedState state, ObservedFrame header) {
        boolean text = !header.opcode().isControl() && state.plainTextReceived && header.rsv() == 0;
        ComingPayload payload =
                new ComingPayload(header, text, (int) Math.min(header.length(), shownBytes), this::payloadReceived);
        state.coming = payload;
        if (header.opcode() != Opcode.CLOSE) {
            record(to -> {
                if (!(to instanceof FrameLog log && log.showsPayloads(connection))) {
                    to.frameReceived(connection, header);
                }
            });
        }
        return payload;
    }

    /** As much of a payload as is shown has come, or no more will come: tells the log, which has waited for it. */
    void payloadReceived(ObservedFrame header, ShownPayload shown) {
        record(to -> {
            if (to instanceof FrameLog log && log.showsPayloads(connection)) {
                log.frame(connection, true, header, shown);
            }
        });
    }

    /** The payload of the close frame has come, or breaks a rule: then the code is 0. Guarded by the engine's lock. */
    public void closeReceived(int code) {
        WatchedState state = watched;
        if (state == null) {
            return;
        }
        ComingPayload payload = state.coming;
        int length = state.closeLength;
        try {
            if (length >= 0) {
                state.closeLength = -1;
                frame(true, Opcode.CLOSE, true, 0, length, code, payload == null ? null : payload.shown());
            } else if (payload != null) {
                payload.ends();
            }
        } catch (Throwable e) {
            // there is no memory for it
        }
        state.coming = null;
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
     * @param beginning see {@link #beginningOf}
     */
    public void dataSent(
            Opcode kind, Opcode opcode, boolean fin, int rsv, long length, int decoded, byte @Nullable [] beginning) {
        try {
            WatchedState state = watched();
            if (opcode != Opcode.CONTINUATION) {
                state.plainTextSent = kind == Opcode.TEXT && rsv == 0;
            }
            long bytes = state.sentBytes + decoded;
            state.sentBytes = fin ? 0 : bytes;
            frame(false, opcode, fin, rsv, length, 0, shown(beginning, state.plainTextSent && rsv == 0, length));
            if (fin) {
                message(false, kind, bytes);
            }
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    /** The part of a sent payload that the log of frames shows; null if it shows none. */
    public byte @Nullable [] beginningOf(byte[] payload, int offset, int length) {
        try {
            return shownBytes > 0 && observers.showPayloads(connection)
                    ? Arrays.copyOfRange(payload, offset, offset + Math.min(length, shownBytes))
                    : null;
        } catch (Throwable e) {
            return null; // there is no memory for it
        }
    }

    private static @Nullable ShownPayload shown(byte @Nullable [] beginning, boolean text, long length) {
        return beginning == null ? null : new ShownPayload(beginning, text, beginning.length < length);
    }

    /** So much waits in the outbound queue, in bytes of memory. Guarded by its lock. */
    public void waiting(long bytes) {
        WatchedState known = watched;
        if (bytes < (known == null ? FIRST_MARK : known.nextMark)) {
            return;
        }
        try {
            WatchedState state = watched();
            while (state.nextMark <= bytes) {
                state.nextMark *= 2;
            }
            state.recorded.add(to -> to.queueHighWater(connection, bytes));
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    /** A control frame is queued. */
    public void controlSent(Opcode opcode, byte[] payload, int closeCode) {
        try {
            byte[] beginning = beginningOf(payload, 0, payload.length);
            frame(false, opcode, true, 0, payload.length, closeCode, shown(beginning, false, payload.length));
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    private void frame(
            boolean received,
            Opcode opcode,
            boolean fin,
            int rsv,
            long length,
            int closeCode,
            @Nullable ShownPayload payload) {
        try {
            ObservedFrame frame = new ObservedFrame(opcode, fin, rsv, length, closeCode);
            if (payload == null) {
                record(received ? to -> to.frameReceived(connection, frame) : to -> to.frameSent(connection, frame));
            } else {
                record(to -> tell(to, received, frame, payload));
            }
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    private void tell(ConnectionObserver to, boolean received, ObservedFrame frame, ShownPayload payload) {
        if (to instanceof FrameLog log && log.showsPayloads(connection)) {
            log.frame(connection, received, frame, payload);
        } else if (received) {
            to.frameReceived(connection, frame);
        } else {
            to.frameSent(connection, frame);
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
        watched().recorded.add(event);
    }

    /** The one state, which the first of several threads makes. */
    private WatchedState watched() {
        WatchedState present = watched;
        while (present == null) {
            WATCHED.compareAndSet(this, null, new WatchedState());
            present = watched;
        }
        return present;
    }

    // ---- told at once: no lock is held ----

    /** Tells what was recorded, unless another thread does. */
    public void tell() {
        WatchedState state = watched;
        if (state != null) {
            try {
                state.recorded.tellTo(observers);
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

    /** A callback begins. Returns what {@link #callbackReturned} needs; null if nobody watches. */
    public Observers.@Nullable Begun callbackBegins(ObservedCallback callback) {
        if (off()) {
            return null;
        }
        try {
            return observers.begins(to -> to.callbackBegan(connection, callback));
        } catch (Throwable e) {
            return null; // no memory for it
        }
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
    public void callbackReturned(ObservedCallback callback, Observers.@Nullable Begun begun) {
        if (begun == null) {
            return;
        }
        try {
            long nanos = begun.nanos();
            observers.tell(begun, to -> to.callbackReturned(connection, callback, nanos));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** A send has failed, perhaps because the connection has ended: this is told behind the end, too. */
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

    /** The connection has ended. A thread that tells of its last frames tells this behind them. */
    public void ended(CloseCause cause, int closeCode) {
        if (off()) {
            return;
        }
        try {
            WatchedState state = watched();
            ComingPayload payload = state.coming;
            if (payload != null) {
                payload.ends();
            }
            state.recorded.addLast(to -> to.ended(connection, cause, closeCode));
            tell();
        } catch (Throwable e) {
            // no memory for it
        }
    }
}
