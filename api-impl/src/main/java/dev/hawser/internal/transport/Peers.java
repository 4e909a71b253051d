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

    /** The same ends, by the objects that the container has for its connection, where these are equal to ours. */
    public Peers sharing(@Nullable SocketAddress remoteOfConnection, @Nullable SocketAddress localOfConnection) {
        return new Peers(
                remote != null && remote.equals(remoteOfConnection) ? remoteOfConnection : remote,
                local != null && local.equals(localOfConnection) ? localOfConnection : local,
                secure);
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
