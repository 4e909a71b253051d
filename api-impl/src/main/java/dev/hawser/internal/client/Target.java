package dev.hawser.internal.client;

import dev.hawser.client.ClientProperties;
import jakarta.websocket.DeploymentException;
import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A parsed WebSocket URI (RFC 6455 section 3).
 *
 * @param uri as it was given
 * @param secure whether the scheme is wss
 * @param server host and port; the scheme's default port if the URI has none
 * @param resource the resource name: path and query as they go into the request line
 */
record Target(URI uri, boolean secure, HostPort server, String resource) {
    private static final int PORT = 80;
    private static final int SECURE_PORT = 443;

    /** @throws DeploymentException if it is not a WebSocket URI; the message has at most its scheme */
    static Target of(URI uri) throws DeploymentException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("wss");
        if (!secure && !scheme.equals("ws")) {
            throw new DeploymentException("The scheme of a WebSocket URI must be ws or wss, not "
                    + (scheme.isEmpty() ? "absent" : "\"" + scheme + "\""));
        }
        if (uri.getRawFragment() != null) {
            throw new DeploymentException("A WebSocket URI must not have a fragment (RFC 6455 section 3)");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (authority.indexOf('@') >= 0) {
            throw new DeploymentException(
                    "A WebSocket URI has no user name or password (RFC 6455 section 3), since it may be logged: "
                            + "give them as the user property " + ClientProperties.CREDENTIALS);
        }
        return new Target(uri, secure, server(uri, authority, secure), resource(uri));
    }

    private static HostPort server(URI uri, String authority, boolean secure) throws DeploymentException {
        String host = uri.getHost();
        int port = uri.getPort();
        if (host == null) {
            // java.net.URI finds no host with an underscore or with letters beyond ASCII
            int colon = authority.lastIndexOf(':');
            host = toAscii(colon < 0 ? authority : authority.substring(0, colon));
            port = colon < 0 || colon == authority.length() - 1 ? -1 : port(authority.substring(colon + 1));
        }
        if (port == 0 || port > 65535) {
            throw new DeploymentException("The port of a WebSocket URI must be from 1 to 65535");
        }
        return HostPort.of(host, port >= 0 ? port : secure ? SECURE_PORT : PORT);
    }

    private static String toAscii(String host) throws DeploymentException {
        try {
            String ascii = IDN.toASCII(host);
            if (!ascii.isEmpty()
                    && ascii.chars().allMatch(c -> c > ' ' && c < 127 && "\"#%/:<>?@[\\]^`{|}".indexOf(c) < 0)) {
                return ascii;
            }
        } catch (IllegalArgumentException e) {
            // refused below, like a forbidden character
        }
        throw new DeploymentException("A WebSocket URI needs a host");
    }

    private static int port(String digits) throws DeploymentException {
        try {
            return Integer.parseUnsignedInt(digits);
        } catch (NumberFormatException e) {
            throw new DeploymentException("The port of a WebSocket URI must be from 1 to 65535");
        }
    }

    /** RFC 6455 section 3: "/" if the path is empty, then "?" and the query if there is one. */
    private static String resource(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    /** The Host header: the port only if it is not the scheme's default (RFC 6455 section 4.1). */
    String hostHeader() {
        return server.port() == (secure ? SECURE_PORT : PORT) ? server.hostText() : server.toString();
    }

    /** Whether both have the same scheme, host and port, so that credentials for one may be sent to the other. */
    boolean sameOrigin(Target other) {
        return secure == other.secure && server.isSame(other.server);
    }

    /**
     * The target of a redirect; http or https in the location means ws or wss.
     *
     * @param location the value of the Location header, absolute or relative to this
     * @return null if the location is not such a URI, or leads from wss to ws
     */
    @Nullable Target redirected(String location) {
        try {
            UriReference resolved = UriReference.of(location).resolvedAgainst(UriReference.of(uri.toString()));
            Target next = of(URI.create(
                    resolved.withScheme(webSocketScheme(resolved.scheme())).toString()));
            return secure && !next.secure ? null : next;
        } catch (IllegalArgumentException | DeploymentException e) {
            return null;
        }
    }

    private static @Nullable String webSocketScheme(@Nullable String scheme) {
        if ("http".equalsIgnoreCase(scheme)) {
            return "ws";
        }
        return "https".equalsIgnoreCase(scheme) ? "wss" : scheme;
    }

    /** Without the query, which may hold a token. */
    @Override
    public String toString() {
        return (secure ? "wss://" : "ws://") + server;
    }
}
