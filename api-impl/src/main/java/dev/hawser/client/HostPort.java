package dev.hawser.client;

import java.util.Locale;

/**
 * Where a connection goes: a host, without the brackets of an IPv6 address, and a port. Its text form is safe for messages and logs.
 *
 * @param host in lower case
 */
record HostPort(String host, int port) {
    HostPort {
        host = host.toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
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

    /** The host as a URI or a Host header writes it: an IPv6 address in brackets. */
    String hostText() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return hostText() + ":" + port;
    }
}
