package dev.hawser.internal.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What counts as one address of peers. Of IPv6 that is a network of 64 bits: a site gets at least one (RFC 6177), and a
 * host in it may take any of its addresses, and a new one for each connection (RFC 8981). An IPv4 address that is
 * written as IPv6 counts as IPv4.
 */
public final class PeerAddress {
    private static final int NETWORK = 8;

    private PeerAddress() {}

    /**
     * The form in which an address is counted.
     *
     * @param address as the container gives it, perhaps in brackets or with a zone; text that is no IP address counts
     *     as it is
     * @return null if the container does not know the address
     */
    public static @Nullable String of(@Nullable String address) {
        if (address == null || address.isEmpty() || address.indexOf(':') < 0) {
            return address == null || address.isEmpty() ? null : address;
        }
        String bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        int zone = bare.indexOf('%');
        String literal = zone < 0 ? bare : bare.substring(0, zone);
        if (!literal.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(literal); // with a colon it is never looked up
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK)) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
