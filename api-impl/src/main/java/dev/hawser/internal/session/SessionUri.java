package dev.hawser.internal.session;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The URI of a session's handshake. Most sessions are never asked for it, so it is parsed when it is asked for: that
 * costs a microsecond, and a parsed one takes 300 bytes more. Thread-safe.
 */
public final class SessionUri {
    /** The text, until it is parsed; then the URI. */
    private volatile Object textOrUri;

    private SessionUri(Object textOrUri) {
        this.textOrUri = textOrUri;
    }

    /** A URI that is parsed already. */
    public static SessionUri of(URI uri) {
        return new SessionUri(uri);
    }

    /**
     * The URI with this text.
     *
     * @param prefix the scheme, and {@code ://}
     * @param authority with a port, if it has one
     * @param rest a path that begins with a slash, and the query; or nothing
     * @throws URISyntaxException if these do not make a URI
     */
    public static SessionUri of(String prefix, String authority, String rest) throws URISyntaxException {
        String text = prefix + authority + rest;
        boolean certain = !authority.isEmpty()
                && isPlain(authority, ":")
                && (rest.isEmpty() || rest.charAt(0) == '/')
                && isPlain(rest, ":/?=&");
        return new SessionUri(certain ? text : new URI(text));
    }

    /** Whether all characters are unreserved (RFC 3986 2.3), or among the others. */
    private static boolean isPlain(String text, String others) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean unreserved = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~';
            if (!unreserved && others.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The other one, if it has the same text and is thus as good; so sessions with the same URI share one. */
    public SessionUri orSame(@Nullable SessionUri other) {
        return other != null && other.textOrUri.toString().equals(textOrUri.toString()) ? other : this;
    }

    /** The URI. */
    public URI uri() {
        Object known = textOrUri;
        if (known instanceof URI uri) {
            return uri;
        }
        URI parsed = URI.create((String) known);
        textOrUri = parsed;
        return parsed;
    }
}
