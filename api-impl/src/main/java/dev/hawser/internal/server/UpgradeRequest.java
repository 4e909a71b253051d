package dev.hawser.internal.server;

import dev.hawser.internal.protocol.handshake.RequestHead;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that may be an opening handshake, as its container shows it. Used during one call of
 * {@link EndpointServerContainer#upgrade(UpgradeRequest)} and on its thread only; nothing keeps it, since containers
 * recycle their requests. What is not asked for need not be computed.
 */
public interface UpgradeRequest extends RequestHead {
    /**
     * The path within the application, without path parameters, exactly as the container's security constraints saw it:
     * mostly decoded, as {@code getServletPath() + getPathInfo()} of a servlet request is. Endpoints are matched
     * against this string and no other, so that nothing is reached by a spelling that a constraint does not know. Where
     * the application has sent the request on itself, the path that it named.
     */
    String path();

    /**
     * What a segment of {@link #path()} says: the same, but where constraints see a path of which something is encoded
     * still.
     */
    default String decoded(String segment) {
        return segment;
    }

    /**
     * The path as the client wrote it, with the context path, percent-encoded:
     * {@code HttpServletRequest.getRequestURI()}.
     */
    String requestPath();

    /** The query as the client wrote it, without the question mark; null if there is none. */
    @Nullable String queryString();

    /**
     * The host that the request is for, and the port unless it is that of the scheme, as the container and the
     * application's filters say: the header {@code Host} or {@code :authority} of HTTP/2, unless they have been told to
     * trust what a proxy forwards.
     */
    String authority();

    /** Whether the client's connection is secure, as far as the container and the application's filters know. */
    boolean isSecure();

    /** All header fields, in any kind of map; it is copied where it is kept. */
    Map<String, List<String>> headers();

    /** The authenticated user, or null. */
    @Nullable Principal principal();

    /** Whether there is an authenticated user, and in this role. */
    boolean isUserInRole(String role);

    /** The {@code HttpSession} of the request, which is not created for it; null if there is none. */
    @Nullable Object httpSession();

    /** The id of {@link #httpSession()}, or null. */
    @Nullable String httpSessionId();

    /** The client's certificate and those that vouch for it, or null if it has shown none. */
    X509Certificate @Nullable [] certificateChain();

    /** The IP address on this side, or null if it is not known. */
    @Nullable String localAddress();

    /** The host name on this side, or null if it is not known. */
    @Nullable String localHostName();

    /** The port on this side, or -1. */
    int localPort();

    /** The peer's IP address, or null if it is not known. */
    @Nullable String remoteAddress();

    /** The peer's host name, or its address where names are not looked up; null if neither is known. */
    @Nullable String remoteHostName();

    /** The peer's port, or -1. */
    int remotePort();

    /** The language that the client likes best, or the platform's if it does not say. */
    Locale preferredLocale();
}
