package dev.hawser.test;

import dev.hawser.internal.server.UpgradeRequest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request of an opening handshake over HTTP/1.1, as a container would show it to Hawser. Immutable.
 *
 * @param target path and query, percent-encoded
 * @param headers by names that are case-insensitive
 */
record TestRequest(
        URI target,
        Map<String, List<String>> headers,
        @Nullable Principal principal,
        Set<String> roles,
        MemoryTransport.Ends ends)
        implements UpgradeRequest {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String httpVersion() {
        return "HTTP/1.1";
    }

    @Override
    public @Nullable String tunnelProtocol() {
        return null;
    }

    @Override
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** Decoded and without path parameters, as most containers give it. */
    @Override
    public String path() {
        return URI.create(target.getRawPath().replaceAll(";[^/]*", "")).getPath();
    }

    @Override
    public String requestPath() {
        return target.getRawPath();
    }

    @Override
    public @Nullable String queryString() {
        return target.getRawQuery();
    }

    @Override
    public String authority() {
        List<String> host = header("Host");
        return host.isEmpty() ? "localhost" : host.get(0);
    }

    @Override
    public boolean isSecure() {
        return ends.secure();
    }

    @Override
    public boolean isUserInRole(String role) {
        return principal != null && roles.contains(role);
    }

    @Override
    public @Nullable Object httpSession() {
        return null;
    }

    @Override
    public @Nullable String httpSessionId() {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] certificateChain() {
        return null;
    }

    @Override
    public String localAddress() {
        return address(ends.local());
    }

    @Override
    public String localHostName() {
        return "localhost";
    }

    @Override
    public int localPort() {
        return ends.local().getPort();
    }

    @Override
    public String remoteAddress() {
        return address(ends.remote());
    }

    @Override
    public String remoteHostName() {
        return remoteAddress();
    }

    @Override
    public int remotePort() {
        return ends.remote().getPort();
    }

    @Override
    public Locale preferredLocale() {
        List<String> languages = header("Accept-Language");
        try {
            if (!languages.isEmpty()) {
                List<Locale.LanguageRange> ranges = Locale.LanguageRange.parse(languages.get(0));
                return Locale.forLanguageTag(ranges.get(0).getRange());
            }
        } catch (IllegalArgumentException e) {
            // Containers overlook a field that they cannot read.
        }
        return Locale.getDefault();
    }

    private static String address(InetSocketAddress end) {
        return end.getAddress().getHostAddress();
    }
}
