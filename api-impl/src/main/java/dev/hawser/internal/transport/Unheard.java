package dev.hawser.internal.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The listener before {@link SocketTransport#start}, if {@link SocketTransport#listener} has set no other. */
final class Unheard implements TransportListener {
    @Override
    public void onOpen(Transport transport, ByteBuffer early) {
        // start() replaces this listener before it calls onOpen
    }

    @Override
    public void onReadable() {
        // nobody demands a read yet
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        // the connecting thread notices by its failed read or write
    }
}
