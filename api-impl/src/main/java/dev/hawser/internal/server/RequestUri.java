package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.session.SessionUri;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The URI of an opening handshake as the client wrote it: {@code ws://host:port/context/path?query}. */
final class RequestUri {
    private RequestUri() {}

    /**
     * Makes the URI of the parts of the request.
     *
     * @throws HandshakeRejectedException with 400 if the parts do not make a URI, even with illegal characters encoded
     */
    static SessionUri of(UpgradeRequest request) {
        String prefix = request.isSecure() ? "wss://" : "ws://";
        String authority = request.authority();
        String path = request.requestPath();
        String query = request.queryString();
        try {
            return SessionUri.of(prefix, authority, query == null ? path : path + "?" + query);
        } catch (URISyntaxException e) {
            return SessionUri.of(lenient(prefix + authority, path, query));
        }
    }

    /**
     * Encodes what java.net.URI refuses: browsers do not encode all characters that RFC 3986 wants encoded, such as
     * {@code |} in a query.
     */
    private static URI lenient(String head, String path, @Nullable String query) {
        try {
            return new URI(head + encode(path) + (query == null ? "" : "?" + encode(query)));
        } catch (URISyntaxException e) {
            // The exception would quote the query.
            throw new HandshakeRejectedException(400, "The Host and the request target do not make a URI (RFC 3986)");
        }
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean encodedAlready =
                    c == '%' && i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2));
            if (encodedAlready || (c > ' ' && c < 0x7f && "%\"<>\\^`{|}[]#".indexOf(c) < 0) || c > 0x9f) {
                encoded.append(c);
            } else {
                // A request target is ASCII, so control characters of ISO 8859-1 stand for octets.
                encoded.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            }
        }
        return encoded.toString();
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }
}
