package dev.hawser.internal.server;

import dev.hawser.internal.protocol.handshake.RequestHead;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that may be an opening handshake. It is used only during one call of {@link
 * EndpointServerContainer#upgrade(UpgradeRequest)} and on its thread, because containers recycle their requests.
 * Implementations may compute values lazily.
 */
public interface UpgradeRequest extends RequestHead {
    /**
     * The path within the application, without path parameters, exactly as the container's security constraints saw it:
     * mostly decoded, like {@code getServletPath() + getPathInfo()} of a servlet request. Endpoints are matched only
     * against this string, so that no spelling reaches an endpoint past a constraint. If the application has forwarded
     * the request, it is the path to which it was forwarded.
     */
    String path();

    /**
     * A segment of {@link #path()}, decoded. It differs from the segment only if constraints see a path that is not
     * fully decoded.
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
     * The host that the request is for, and the port unless it is the scheme's default, according to the container and
     * the application's filters: the header {@code Host} or {@code :authority} of HTTP/2, unless they are configured to
     * trust what a proxy forwards.
     */
    String authority();

    /** Whether the client's connection is secure, as far as the container and the application's filters know. */
    boolean isSecure();

    /** All header fields, in any kind of map, which callers do not keep. */
    Map<String, List<String>> headers();

    /** The authenticated user, or null. */
    @Nullable Principal principal();

    /** Whether there is an authenticated user, and in this role. */
    boolean isUserInRole(String role);

    /** The {@code HttpSession} of the request, or null; it is not created. */
    @Nullable Object httpSession();

    /** The id of {@link #httpSession()}, or null. */
    @Nullable String httpSessionId();

    /** The client's certificate chain, or null if the client sent none. */
    X509Certificate @Nullable [] certificateChain();

    /** The IP address on this side, or null if it is not known. */
    @Nullable String localAddress();

    /** The host name on this side, or null if it is not known. */
    @Nullable String localHostName();

    /** The port on this side, or -1. */
    int localPort();

    /** The peer's IP address, or null if it is not known. */
    @Nullable String remoteAddress();

    /** The peer's host name, or its address if names are not looked up; null if neither is known. */
    @Nullable String remoteHostName();

    /** The peer's port, or -1. */
    int remotePort();

    /** The client's preferred language, or the platform's if the client names none. */
    Locale preferredLocale();
}
