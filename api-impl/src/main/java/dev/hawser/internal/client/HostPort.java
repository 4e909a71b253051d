package dev.hawser.internal.client;

import java.util.Locale;

/**
 * Where a connection goes: a host, without the brackets of an IPv6 address, and a port. Its text form is safe for
 * messages and logs.
 *
 * @param host in lower case, without its zone
 * @param zone the zone of an IPv6 address, which is a network interface by name or number; "" if there is none. It
 *     means something only on this machine, so no peer gets it: not in {@code Host}, not by a proxy, not in TLS (RFC
 *     6874 section 4)
 */
record HostPort(String host, String zone, int port) {
    /** What separates address and zone in a URI (RFC 6874 section 2). */
    private static final String ENCODED_DELIMITER = "%25";

    /**
     * @param host as in a URI, with or without brackets; a bare {@code %} before a zone is accepted, too (RFC 6874
     *     section 3)
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

    /** Whether the host is an IP address and not a name, so that there is nothing to look up. */
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
     * Used instead of equals, because the JDK keeps the record class whose generated equals was linked last, and with
     * it an undeployed application.
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
