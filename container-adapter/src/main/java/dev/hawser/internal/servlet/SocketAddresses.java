package dev.hawser.internal.servlet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The socket addresses of IP addresses that a container gives as text. The last one is kept for the next connection.
 * Thread-safe.
 */
final class SocketAddresses {
    /** An IPv4 or IPv6 address in numbers, which needs no name server. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?");

    private record Known(String host, InetSocketAddress address) {}

    private volatile @Nullable Known last;

    /** The address. Null if the host is unknown or not an IP address: nobody asks DNS here. */
    @Nullable SocketAddress of(@Nullable String host, int port) {
        if (host == null || port < 0) {
            return null;
        }
        Known known = last;
        if (known == null || !known.host.equals(host)) {
            if (!LITERAL.matcher(host).matches()) {
                return null;
            }
            try {
                known = new Known(host, new InetSocketAddress(InetAddress.getByName(host), port));
                last = known;
            } catch (UnknownHostException e) {
                return null;
            }
        }
        InetSocketAddress address = known.address;
        return address.getPort() == port ? address : new InetSocketAddress(address.getAddress(), port);
    }
}
