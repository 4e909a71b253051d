package dev.hawser.internal.client;

import java.util.Locale;

/**
 * Where a connection goes: a host, without the brackets of an IPv6 address, and a port. Its text form is safe for
 * messages and logs.
 *
 * @param host in lower case, without its zone
 * @param zone of an IPv6 address: the interface of this machine, by name or number; "" if there is none. No peer is
 *     told of it, be it in {@code Host}, to a proxy or in TLS: it means something on this machine alone (RFC 6874
 *     section 4)
 */
record HostPort(String host, String zone, int port) {
    /** RFC 6874 section 2: what comes between address and zone in a URI. */
    private static final String ENCODED_DELIMITER = "%25";

    /**
     * @param host as a URI has it, with or without brackets; a zone may follow a bare {@code %}, too (RFC 6874 section
     *     3)
     */
    static HostPort of(String host, int port) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        int percent = bare.indexOf('%');
        if (percent < 0) {
            return new HostPort(bare.toLowerCase(Locale.ROOT), "", port);
        }
        boolean encoded =
                bare.startsWith(ENCODED_DELIMITER, percent) && bare.length() > percent + ENCODED_DELIMITER.length();
        String zone = bare.substring(percent + (encoded ? ENCODED_DELIMITER.length() : 1));
        return new HostPort(bare.substring(0, percent).toLowerCase(Locale.ROOT), zone, port);
    }

    /** Whether the host is an IP address rather than a name; the resolver then has nothing to look up. */
    boolean isAddress() {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    /** The address as {@code InetAddress} reads it, with its zone. */
    String addressText() {
        return zone.isEmpty() ? host : host + "%" + zone;
    }

    /**
     * Not by equals: the JDK keeps the class whose generated equals was linked last, and with it an undeployed
     * application.
     */
    boolean isSame(HostPort other) {
        return port == other.port && host.equals(other.host) && zone.equals(other.zone);
    }

    /** The host as a Host header writes it: an IPv6 address in brackets, without its zone. */
    String hostText() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return hostText() + ":" + port;
    }
}
