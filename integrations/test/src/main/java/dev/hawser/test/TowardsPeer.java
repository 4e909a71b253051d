package dev.hawser.test;

import dev.hawser.internal.transport.Transport.WriteCompletion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The direction from the side under test to its peer. What it writes is with the peer at once, unless the peer does not
 * read: then the network holds {@link #HELD} bytes, and the write that is too much is outstanding, as on a socket.
 *
 * <p>Guarded by the lock of its {@link MemoryTransport}, with which that of {@link PeerInbox} is taken.
 */
final class TowardsPeer {
    /** How many bytes the network holds for a peer that does not read. */
    static final int HELD = 64 * 1024;

    private static final ByteBuffer[] NOTHING = {};

    private final Receiver peer;
    private final Answers answers;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private @Nullable WriteCompletion outstanding;
    private ByteBuffer[] outstandingBuffers = NOTHING;
    private boolean paused;
    /** Whether nothing more will be sent. */
    private boolean ended;
    /** Whether nobody takes what is sent: the peer has gone, or knows the end. */
    private boolean peerGone;

    /** What takes the bytes on the peer's side. It may be called with the lock of {@link MemoryTransport}. */
    interface Receiver {
        /** Takes bytes, and returns the frames that answer them. */
        byte[] received(byte[] bytes);

        /** Whether the peer now ends its direction, since it is a server and the closing handshake is done. */
        boolean endsFirst();

        /** Takes the end of the other direction, and returns whether the peer then ends its own. */
        boolean ended();

        /** Says that the peer has left the connection, so that nothing more comes. */
        void leaves();
    }

    /** What the peer does by itself. */
    interface Answers {
        /** It sends frames; none if the array is empty. */
        void arrive(byte[] frames);

        /** It ends its own direction. */
        void endInput();
    }

    TowardsPeer(Receiver peer, Answers answers) {
        this.peer = peer;
        this.answers = answers;
    }

    /** Takes a write; returns whether that was all of it. If not, the completion is outstanding. */
    boolean write(WriteCompletion completion, ByteBuffer[] buffers) {
        if (take(buffers)) {
            return true;
        }
        outstanding = completion;
        outstandingBuffers = buffers;
        return false;
    }

    /** Removes the outstanding write, so that the caller tells its end once it has released the lock. */
    @Nullable WriteCompletion takeOutstanding() {
        WriteCompletion taken = outstanding;
        outstanding = null;
        outstandingBuffers = NOTHING;
        return taken;
    }

    /** Nothing more will be sent. The peer is told once it has read everything. */
    void end() {
        if (!ended) {
            ended = true;
            if (!paused) {
                tellEnd();
            }
        }
    }

    /** Loses what the network holds. */
    void cut() {
        held.reset();
    }

    /** The peer goes, so that what is sent is lost. Returns the write that was outstanding, or null. */
    @Nullable WriteCompletion peerGoes() {
        peerGone = true;
        peer.leaves();
        return takeOutstanding();
    }

    void pause() {
        paused = true;
    }

    /** The peer reads again. Returns the write that has ended thereby, or null. */
    @Nullable WriteCompletion resume() {
        paused = false;
        deliver(held.toByteArray());
        held.reset();
        take(outstandingBuffers);
        if (ended) {
            tellEnd();
        }
        return takeOutstanding();
    }

    /** Whether the peer neither reads nor has gone, so that a closing handshake with it cannot end. */
    boolean isPaused() {
        return paused && !peerGone;
    }

    /** Gives the peer or the network as much of the buffers as there is room for; returns whether that is all. */
    private boolean take(ByteBuffer[] buffers) {
        boolean holds = isPaused();
        for (ByteBuffer buffer : buffers) {
            int room = holds ? HELD - held.size() : buffer.remaining();
            byte[] bytes = new byte[Math.min(room, buffer.remaining())];
            buffer.get(bytes);
            if (holds) {
                held.writeBytes(bytes);
            } else {
                deliver(bytes);
            }
            if (buffer.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    private void deliver(byte[] bytes) {
        if (bytes.length > 0 && !peerGone) {
            answers.arrive(peer.received(bytes));
            if (peer.endsFirst()) {
                answers.endInput();
            }
        }
    }

    private void tellEnd() {
        if (!peerGone) {
            peerGone = true; // nothing more is for it
            if (peer.ended()) {
                answers.endInput();
            }
        }
    }
}
