package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** How many bytes of each payload a log of frames may show. */
    private final int shownBytes;

    /** Made for the first event; never replaced. */
    private volatile @Nullable RecordedEvents recorded;

    // The fields of what is sent are guarded by the outbound queue's lock, that of what is received by the engine's.
    private long sentBytes;
    private long nextMark = FIRST_MARK;
    /** The length of a close frame whose code is not yet known, or -1. */
    private int closeLength = -1;
    /** Whether the message in progress is text that no extension has encoded. */
    private boolean plainTextSent;

    private boolean plainTextReceived;
    /** The payload that is being received, if it is shown; written with the engine's lock held. */
    private volatile @Nullable ComingPayload coming;

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
        if (opcode == Opcode.TEXT || opcode == Opcode.BINARY) {
            plainTextReceived = opcode == Opcode.TEXT && rsv == 0;
        }
        ComingPayload payload = null;
        if (shownBytes > 0 && length > 0 && observers.showPayloads(connection)) {
            ObservedFrame header = new ObservedFrame(opcode, fin, rsv, length, 0);
            boolean text = !opcode.isControl() && plainTextReceived && rsv == 0;
            payload = new ComingPayload(header, text, (int) Math.min(length, shownBytes));
        }
        coming = payload;
        if (opcode == Opcode.CLOSE) {
            closeLength = (int) length; // its code comes with its payload
        } else if (payload == null) {
            frame(true, opcode, fin, rsv, length, 0, null);
        } else {
            payload.begins();
        }
        return payload;
    }

    /** The payload of the close frame has come, or breaks a rule: then the code is 0. Guarded by the engine's lock. */
    public void closeReceived(int code) {
        ComingPayload payload = coming;
        int length = closeLength;
        if (length >= 0) {
            closeLength = -1;
            frame(true, Opcode.CLOSE, true, 0, length, code, payload == null ? null : payload.shown());
        } else if (payload != null) {
            payload.ends();
        }
        coming = null;
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
        if (opcode != Opcode.CONTINUATION) {
            plainTextSent = kind == Opcode.TEXT && rsv == 0;
        }
        frame(false, opcode, fin, rsv, length, 0, shown(beginning, plainTextSent && rsv == 0, length));
        sentBytes += decoded;
        if (fin) {
            message(false, kind, sentBytes);
            sentBytes = 0;
        }
    }

    /** The part of a sent payload that the log of frames shows; null if it shows none. */
    public byte @Nullable [] beginningOf(byte[] payload, int offset, int length) {
        return shownBytes > 0 && observers.showPayloads(connection)
                ? Arrays.copyOfRange(payload, offset, offset + Math.min(length, shownBytes))
                : null;
    }

    private static @Nullable ShownPayload shown(byte @Nullable [] beginning, boolean text, long length) {
        return beginning == null ? null : new ShownPayload(beginning, text, beginning.length < length);
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
    public void controlSent(Opcode opcode, byte[] payload, int closeCode) {
        byte[] beginning = beginningOf(payload, 0, payload.length);
        frame(false, opcode, true, 0, payload.length, closeCode, shown(beginning, false, payload.length));
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

    /**
     * The beginning of a payload that is being received. The log has its line when as much as is shown has come, or
     * when no more will come; other observers are told at the header. Thread-safe.
     */
    private final class ComingPayload implements Consumer<ByteBuffer> {
        private final ObservedFrame header;
        private final boolean text;
        private final byte[] beginning;
        private final AtomicBoolean told = new AtomicBoolean();
        /** How much has come; the reading thread alone writes it, and the bytes before it. */
        private volatile int count;

        ComingPayload(ObservedFrame header, boolean text, int most) {
            this.header = header;
            this.text = text;
            this.beginning = new byte[most];
        }

        void begins() {
            record(to -> {
                if (!(to instanceof FrameLog log && log.showsPayloads(connection))) {
                    to.frameReceived(connection, header);
                }
            });
        }

        @Override
        public void accept(ByteBuffer next) {
            int more = Math.min(next.remaining(), beginning.length - count);
            next.get(beginning, count, more);
            int now = count + more;
            count = now;
            if (now == beginning.length) {
                ends();
            }
        }

        /** A close frame has its line when its code is known. */
        void ends() {
            if (header.opcode() != Opcode.CLOSE && !told.getAndSet(true)) {
                ShownPayload shown = shown();
                record(to -> {
                    if (to instanceof FrameLog log && log.showsPayloads(connection)) {
                        log.frame(connection, true, header, shown);
                    }
                });
            }
        }

        ShownPayload shown() {
            int came = count;
            return new ShownPayload(Arrays.copyOf(beginning, came), text, came < header.length());
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
            ComingPayload payload = coming;
            if (payload != null) {
                payload.ends();
            }
            tell();
            observers.tell(to -> to.ended(connection, cause, closeCode));
        } catch (Throwable e) {
            // no memory for it
        }
    }
}
