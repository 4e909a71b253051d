package dev.hawser.internal.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Called by a {@link Transport}. The calls never overlap, except {@link #onClosed}. */
public interface TransportListener {
    /**
     * The connection is open and its opening handshake was answered; called once, first. If it throws, the transport
     * aborts itself, and calls {@link #onClosed}.
     *
     * @param early bytes that arrived behind the handshake, or an empty buffer; valid only during the call
     */
    void onOpen(Transport transport, ByteBuffer early);

    /** Bytes, the end of the stream or an error can be read. Called once for each {@link Transport#demandRead()}. */
    void onReadable();

    /**
     * The connection has ended for a reason that a read would not report, or was closed from this side; called at most
     * once. If it is called before {@link #onOpen}, the connection never opens; it may also be called while that runs.
     *
     * @param cause what broke it, or null if it was closed in order
     */
    void onClosed(@Nullable Throwable cause);
}
