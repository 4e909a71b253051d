package dev.hawser.test;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client under test sends: the head of its request, and frames once that is accepted. The methods of {@link
 * TowardsPeer.Receiver} are called with the lock of the {@link MemoryTransport}. Thread-safe.
 */
final class ServerInbox implements TowardsPeer.Receiver {
    private static final byte[] NOTHING = {};

    private volatile Consumer<byte[]> requests = bytes -> {};

    // Guarded by this.
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private @Nullable PeerInbox frames;
    /** Whether the client has ended its direction. */
    private boolean ended;

    /** @param listener is told all that came before the answer, each time when more has come */
    void requests(Consumer<byte[]> listener) {
        requests = listener;
    }

    /** The request is accepted, so that frames follow. */
    synchronized void accepted(PeerInbox inbox) {
        frames = inbox;
        if (ended) {
            inbox.ended();
        }
    }

    private synchronized @Nullable PeerInbox frames() {
        return frames;
    }

    @Override
    public byte[] received(byte[] bytes) {
        PeerInbox accepted;
        byte[] sofar;
        synchronized (this) {
            accepted = frames;
            head.writeBytes(accepted == null ? bytes : NOTHING);
            sofar = head.toByteArray();
        }
        if (accepted != null) {
            return accepted.received(bytes);
        }
        requests.accept(sofar);
        return NOTHING;
    }

    @Override
    public boolean endsFirst() {
        PeerInbox accepted = frames();
        return accepted != null && accepted.endsFirst();
    }

    @Override
    public boolean ended() {
        PeerInbox accepted;
        synchronized (this) {
            ended = true;
            accepted = frames;
        }
        return accepted == null || accepted.ended();
    }

    @Override
    public void leaves() {
        PeerInbox accepted = frames();
        if (accepted != null) {
            accepted.leaves();
        }
    }
}
