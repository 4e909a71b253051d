package dev.hawser.internal.transport;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The two ends of a connection, as the request of its opening handshake knows them: a proxy may have told others. */
public record Peers(
        @Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {}
