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
     * @param address as the container gives it, perhaps in brackets, with a zone or with a port; text that is no IP
     *     address counts as it is
     * @return null if the container does not know the address
     */
    public static @Nullable String of(@Nullable String address) {
        if (address == null || address.isEmpty()) {
            return null;
        }
        String bare = withoutPort(address);
        if (bare.indexOf(':') < 0) {
            return bare;
        }
        int zone = bare.indexOf('%');
        String literal = zone < 0 ? bare : bare.substring(0, zone);
        if (!isLiteral(literal)) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(literal);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK)) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }

    /** Some proxies and containers add the port, which is another one for each connection. */
    private static String withoutPort(String address) {
        if (address.charAt(0) == '[') {
            int end = address.lastIndexOf(']');
            boolean whole = end > 0 && (end == address.length() - 1 || isPort(address, end + 1));
            return whole ? address.substring(1, end) : address;
        }
        int colon = address.indexOf(':');
        boolean ipv4 = colon > 0 && address.chars().limit(colon).allMatch(c -> isDecimal(c) || c == '.');
        return ipv4 && address.indexOf('.') > 0 && isPort(address, colon) ? address.substring(0, colon) : address;
    }

    private static boolean isPort(String address, int colon) {
        return address.charAt(colon) == ':'
                && colon + 1 < address.length()
                && address.chars().skip(colon + 1).allMatch(PeerAddress::isDecimal);
    }

    private static boolean isDecimal(int c) {
        return c >= '0' && c <= '9';
    }

    /** Whether the JDK reads this text with a colon as an address, or refuses it, but never asks DNS for it. */
    private static boolean isLiteral(String text) {
        return !text.isEmpty()
                && text.charAt(0) != '.'
                && text.chars().allMatch(c -> HexFormat.isHexDigit(c) || c == ':' || c == '.');
    }
}
