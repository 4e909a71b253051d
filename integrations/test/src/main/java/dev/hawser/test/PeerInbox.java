package dev.hawser.test;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has received and the test has not yet looked at. The engine of Hawser reads the bytes, in the role of the
 * peer. It answers pings and the close frame, until told otherwise. Thread-safe.
 */
final class PeerInbox implements TowardsPeer.Receiver {
    private static final ProtocolLimits NO_LIMITS = new ProtocolLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final int LONGEST_MESSAGE = 1 << 30;
    private static final byte[] NOTHING = {};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final Role role;
    private final Transcript transcript;

    // Guarded by lock.
    private final WebSocketProtocol engine;
    private final ArrayDeque<PeerEvent> events = new ArrayDeque<>();
    private final ByteArrayOutputStream due = new ByteArrayOutputStream();
    /** The beginning of a frame's header, which the engine wants to see again. */
    private byte[] unread = NOTHING;

    private boolean answers = true;
    /** Whether nothing more can come: the other side has ended its direction, or the peer has left. */
    private boolean over;

    private boolean closeSent;
    private boolean closeReceived;

    /** @param extensions in the order of the answer */
    PeerInbox(Role role, Transcript transcript, List<NegotiatedExtension> extensions) {
        this.role = role;
        this.transcript = transcript;
        List<InboundExtension> decoding = new ArrayList<>();
        extensions.forEach(agreed -> decoding.add(agreed.inbound().get()));
        this.engine = new WebSocketProtocol(role, NO_LIMITS, decoding, new Sink());
    }

    @Override
    public byte[] received(byte[] bytes) {
        lock.lock();
        try {
            ByteBuffer buffer = ByteBuffer.allocate(unread.length + bytes.length);
            buffer.put(unread).put(bytes).flip();
            read(buffer);
            unread = new byte[buffer.remaining()];
            buffer.get(unread);
            byte[] answer = due.toByteArray();
            due.reset();
            return answer;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean endsFirst() {
        lock.lock();
        try {
            return role == Role.SERVER && answers && closeSent && closeReceived;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean ended() {
        lock.lock();
        try {
            end();
            add(new PeerEvent.End());
            return answers;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void leaves() {
        lock.lock();
        try {
            end();
            came.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether all has been looked at, and nothing more can come. */
    boolean isOver() {
        lock.lock();
        try {
            return over && events.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes and returns the next event. Returns at once if none can come.
     *
     * @param pings whether a ping counts; if not, pings are passed over
     * @return null if none came in time
     */
    @Nullable PeerEvent take(long nanos, boolean pings) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (true) {
                PeerEvent next = events.poll();
                if (next != null && (pings || !next.isPing())) {
                    return next;
                }
                if (next == null) {
                    if (over || left <= 0) {
                        return null;
                    }
                    left = came.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says that the peer sends a close frame, so that it owes none. */
    void closeIsSent() {
        lock.lock();
        try {
            closeSent = true;
        } finally {
            lock.unlock();
        }
    }

    void stopAnswering() {
        lock.lock();
        try {
            answers = false;
        } finally {
            lock.unlock();
        }
    }

    boolean isAnswering() {
        lock.lock();
        try {
            return answers;
        } finally {
            lock.unlock();
        }
    }

    private void read(ByteBuffer buffer) {
        try {
            boolean all;
            do {
                all = engine.receive(buffer);
            } while (!all); // it stops after a piece of work
        } catch (RuntimeException | Error e) { // of an extension, or of the JVM; the other side is not to blame
            buffer.position(buffer.limit());
            engine.endOfStream();
            add(new PeerEvent.Unreadable(e));
        }
    }

    /** The bytes of data frames so far, as they came over the wire. */
    long wireBytes() {
        lock.lock();
        try {
            return engine.wireBytes();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        over = true;
        engine.endOfStream();
    }

    private void add(PeerEvent event) {
        transcript.add("received " + event.description());
        events.add(event);
        came.signalAll();
    }

    private void answer(Opcode opcode, String description, byte[] payload) {
        if (answers && !closeSent) {
            transcript.add("answered " + description);
            due.writeBytes(TestFrame.of(role, opcode, true, payload));
        }
    }

    /** Called by the engine, with the lock held. */
    private final class Sink implements MessageSink {
        @Override
        public Reception messageBegins(Opcode kind) {
            return Reception.WHOLE;
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return LONGEST_MESSAGE;
        }

        @Override
        public void onText(String message) {
            add(new PeerEvent.Text(message));
        }

        @Override
        public void onBinary(byte[] message) {
            add(new PeerEvent.Bytes(Opcode.BINARY, message));
        }

        @Override
        public void onTextPart(String part, boolean last) {
            throw new IllegalStateException("messages are received whole");
        }

        @Override
        public void onBinaryPart(byte[] part, boolean last) {
            throw new IllegalStateException("messages are received whole");
        }

        @Override
        public void onPing(byte[] payload) {
            add(new PeerEvent.Bytes(Opcode.PING, payload));
            answer(Opcode.PONG, new PeerEvent.Bytes(Opcode.PONG, payload).description(), payload);
        }

        @Override
        public void onPong(byte[] payload) {
            add(new PeerEvent.Bytes(Opcode.PONG, payload));
        }

        @Override
        public void onClose(int code, String reason) {
            add(new PeerEvent.Close(code, reason));
            answer(Opcode.CLOSE, new PeerEvent.Close(code, "").description(), FrameWriter.closePayload(code, ""));
            closeSent = true;
            closeReceived = true;
        }

        @Override
        public void onViolation(RemoteProtocolException violation) {
            add(new PeerEvent.Violation(violation.closeCode() + ", " + violation.getMessage()));
        }
    }
}
