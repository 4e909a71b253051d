package dev.hawser.internal.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a {@link Transport} tells. Its calls never overlap one another, but for {@link #onClosed}. */
public interface TransportListener {
    /**
     * The connection is open and its opening handshake has been answered; called once, first. If it throws, the
     * transport aborts itself, and tells {@link #onClosed}.
     *
     * @param early bytes that arrived behind the handshake, or an empty buffer; valid during the call only
     */
    void onOpen(Transport transport, ByteBuffer early);

    /** Bytes, the end of the stream or an error can be read. Called once for each {@link Transport#demandRead()}. */
    void onReadable();

    /**
     * The connection is gone for a reason that a read would not tell, or was closed from this side; called at most
     * once. If it is called before {@link #onOpen}, the connection never opens; it may be called while that runs, too.
     *
     * @param cause what broke it, or null if it was closed in order
     */
    void onClosed(@Nullable Throwable cause);
}
