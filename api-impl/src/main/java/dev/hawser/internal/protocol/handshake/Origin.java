package dev.hawser.internal.protocol.handshake;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The value of an {@code Origin} header (RFC 6454 7): the scheme, host and port of the page that opens a WebSocket.
 *
 * @param scheme in lower case
 * @param host in lower case, without a trailing dot; an IPv6 address in its brackets
 * @param port the port, that of the scheme if none is written, or -1 if the scheme has none
 */
public record Origin(String scheme, String host, int port) {
    /**
     * Parses one origin. The result is null if the text is anything else: the word {@code null} (an opaque origin), a
     * list of several, user information, a path, a query, an empty host.
     */
    public static @Nullable Origin parse(String text) {
        int colon = text.indexOf("://");
        if (colon <= 0 || !isScheme(text, colon)) {
            return null;
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String authority = text.substring(colon + 3);
        String host = hostOf(authority);
        if (host == null) {
            return null;
        }
        int port = portOf(authority, defaultPort(scheme));
        return port == MALFORMED ? null : new Origin(scheme, host, port);
    }

    /**
     * Whether a page of this origin and a server share host and port.
     *
     * @param authority the request's {@code Host} header, with or without port
     * @param secure whether the request came over TLS. If not, a proxy may have ended TLS, so a {@code Host} without a
     *     port may mean either default port, and the origin's scheme says which
     */
    public boolean isSameAs(String authority, boolean secure) {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return false;
        }
        int impliedPort = secure ? defaultPort("https") : defaultPort(scheme);
        return host.equals(hostOf(authority)) && port == portOf(authority, impliedPort);
    }

    private static final int MALFORMED = -2;

    /** The host of {@code host[:port]}, or null if the text is not of that form. */
    private static @Nullable String hostOf(String authority) {
        int end = endOfHost(authority);
        if (end <= 0) {
            return null;
        }
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            if (c <= ' ' || c >= 0x7f || "@/\\?#\"<>^`{|},;".indexOf(c) >= 0) {
                return null;
            }
        }
        String host = authority.substring(0, end).toLowerCase(Locale.ROOT);
        return host.endsWith(".") && host.length() > 1 ? host.substring(0, host.length() - 1) : host;
    }

    private static int portOf(String authority, int implied) {
        int end = endOfHost(authority);
        if (end == authority.length()) {
            return implied;
        }
        if (end < 0 || authority.charAt(end) != ':' || authority.length() - end > 6 || authority.length() - end < 2) {
            return MALFORMED;
        }
        int port = 0;
        for (int i = end + 1; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c < '0' || c > '9') {
                return MALFORMED;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65535 ? port : MALFORMED;
    }

    /** The index behind the host: of the colon before the port, or the length. */
    private static int endOfHost(String authority) {
        if (authority.startsWith("[")) {
            return authority.indexOf(']') + 1;
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority.length() : colon;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    private static boolean isScheme(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return true;
    }
}
