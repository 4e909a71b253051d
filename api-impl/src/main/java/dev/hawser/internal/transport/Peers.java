package dev.hawser.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The two ends of a connection, as the request of its opening handshake knows them: a proxy may have told others. */
public record Peers(
        @Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {
    /** The same ends, inside TLS. */
    Peers overTls() {
        return new Peers(remote, local, true);
    }

    /** Those that a channel knows; a closed one knows none. */
    static Peers of(SocketChannel channel, boolean secure) {
        return new Peers(address(channel, false), address(channel, true), secure);
    }

    private static @Nullable SocketAddress address(SocketChannel channel, boolean local) {
        try {
            return local ? channel.getLocalAddress() : channel.getRemoteAddress();
        } catch (IOException e) {
            return null; // closed
        }
    }
}
