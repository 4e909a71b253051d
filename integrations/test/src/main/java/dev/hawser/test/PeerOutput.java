package dev.hawser.test;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.OutboundChain;
import dev.hawser.internal.protocol.Role;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a peer sends. Data frames pass through the sending half of the agreed extensions, and are sent in the order in
 * which they were encoded. Its lock is held while that of {@link MemoryTransport} is taken. Thread-safe.
 */
final class PeerOutput {
    private static final byte[] NOTHING = {};

    private final Role role;
    private final MemoryTransport transport;
    private final Transcript transcript;
    /** Null if there is none, or once it is released. Guarded by this. */
    private @Nullable OutboundExtension extension;
    /** The bytes of frames that were sent so far. Guarded by this. */
    private long sentBytes;

    private PeerOutput(
            Role role, MemoryTransport transport, Transcript transcript, @Nullable OutboundExtension extension) {
        this.role = role;
        this.transport = transport;
        this.transcript = transcript;
        this.extension = extension;
    }

    /** @param role of the peer, whose frames are masked if it is a client */
    static PeerOutput of(Role role, MemoryTransport transport, Transcript transcript, PeerHandshake handshake) {
        return new PeerOutput(
                role,
                transport,
                transcript,
                OutboundChain.of(handshake.frameExtensions().stream()
                        .map(agreed -> agreed.outbound().get())
                        .toList()));
    }

    /** Sends one frame. */
    synchronized void frame(String what, Opcode opcode, boolean fin, byte[] payload) {
        raw(what, encoded(opcode, fin, payload));
    }

    /**
     * Sends a close frame, and has that noted before anything more is received: the other side's close frame may come
     * at the same time.
     */
    synchronized void close(String what, byte[] payload, Runnable note) {
        synchronized (transport) {
            note.run();
            frame(what, Opcode.CLOSE, true, payload);
        }
    }

    /** Sends the fragments of a message as one message's frames; one that is final and empty if there are none. */
    synchronized void fragments(String what, Opcode kind, byte[]... payloads) {
        byte[][] parts = payloads.length == 0 ? new byte[][] {NOTHING} : payloads;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < parts.length; i++) {
            frames.writeBytes(encoded(i == 0 ? kind : Opcode.CONTINUATION, i == parts.length - 1, parts[i]));
        }
        raw(what, frames.toByteArray());
    }

    /** Sends a part of a frame. */
    void beginning() {
        raw("the beginning of a text frame", TestFrame.beginning(role));
    }

    /** Sends bytes as they are. */
    synchronized void raw(String what, byte[] bytes) {
        transcript.add("sent " + what);
        sentBytes += bytes.length;
        transport.arrive(bytes);
    }

    /** How many bytes were sent, with the headers of their frames. */
    synchronized long sentBytes() {
        return sentBytes;
    }

    /** Releases what the extension owns, such as native memory; the peer sends nothing more that it would encode. */
    synchronized void release() {
        OutboundExtension owned = extension;
        extension = null;
        if (owned != null) {
            owned.close();
        }
    }

    private byte[] encoded(Opcode opcode, boolean fin, byte[] payload) {
        OutboundExtension encoding = extension;
        if (encoding == null || opcode.isControl()) {
            return TestFrame.of(role, opcode, fin, payload);
        }
        // a copy, since an extension may return its argument, and may not expect that the test changes it
        OutboundExtension.Encoded encoded = encoding.encode(opcode, fin, payload.clone(), 0, payload.length);
        return TestFrame.encoded(role, opcode, fin, encoded.rsv(), encoded.bytes(), encoded.offset(), encoded.length());
    }
}
