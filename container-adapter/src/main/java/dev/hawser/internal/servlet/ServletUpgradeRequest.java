package dev.hawser.internal.servlet;

import dev.hawser.internal.server.UpgradeRequest;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as the application's filters left it: their wrappers count, for instance for the principal. Only its path
 * is that of the container.
 */
final class ServletUpgradeRequest implements UpgradeRequest {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final HttpServletRequest request;
    private final TransportHook hook;
    private final @Nullable String tunnelProtocol;

    ServletUpgradeRequest(HttpServletRequest request, TransportHook hook) {
        this.request = request;
        this.hook = hook;
        this.tunnelProtocol = hook.tunnelProtocol(request);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String httpVersion() {
        return request.getProtocol();
    }

    @Override
    public @Nullable String tunnelProtocol() {
        return tunnelProtocol;
    }

    @Override
    public List<String> header(String name) {
        return list(request.getHeaders(name));
    }

    @Override
    public String path() {
        return request.getDispatcherType() == DispatcherType.REQUEST
                ? hook.constrainedPath(request)
                : hook.dispatchedPath(request);
    }

    @Override
    public String decoded(String segment) {
        return hook.decoded(segment);
    }

    @Override
    public String requestPath() {
        return request.getRequestURI();
    }

    @Override
    public @Nullable String queryString() {
        return request.getQueryString();
    }

    @Override
    public String authority() {
        String name = request.getServerName();
        if (name.indexOf(':') >= 0 && !name.startsWith("[")) {
            name = "[" + name + "]"; // an IPv6 address without its brackets
        }
        int port = request.getServerPort();
        boolean usual = port == (isSecure() ? 443 : 80);
        String host = request.getHeader("Host");
        if (host != null && host.equalsIgnoreCase(name) && (usual || port == request.getLocalPort())) {
            return host; // without a port, as the client wrote it
        }
        return usual && !(name + ":" + port).equalsIgnoreCase(host) ? name : name + ":" + port;
    }

    /** Behind a proxy that ends TLS some containers change only the scheme, and not isSecure. */
    @Override
    public boolean isSecure() {
        return request.isSecure() || "https".equalsIgnoreCase(request.getScheme());
    }

    @Override
    public Map<String, List<String>> headers() {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : list(request.getHeaderNames())) {
            all.put(name, header(name));
        }
        return all;
    }

    @Override
    public @Nullable Principal principal() {
        return request.getUserPrincipal();
    }

    @Override
    public boolean isUserInRole(String role) {
        return request.isUserInRole(role);
    }

    @Override
    public @Nullable Object httpSession() {
        return request.getSession(false);
    }

    @Override
    public @Nullable String httpSessionId() {
        HttpSession session = request.getSession(false);
        return session == null ? null : session.getId();
    }

    @Override
    public X509Certificate @Nullable [] certificateChain() {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? chain : null;
    }

    @Override
    public @Nullable String localAddress() {
        return request.getLocalAddr();
    }

    @Override
    public @Nullable String localHostName() {
        return request.getLocalName();
    }

    @Override
    public int localPort() {
        return request.getLocalPort();
    }

    @Override
    public @Nullable String remoteAddress() {
        return request.getRemoteAddr();
    }

    @Override
    public @Nullable String remoteHostName() {
        return request.getRemoteHost();
    }

    @Override
    public int remotePort() {
        return request.getRemotePort();
    }

    @Override
    public Locale preferredLocale() {
        return request.getLocale();
    }

    /** Containers may return null to code that must not see headers. Most fields occur once or not at all. */
    private static List<String> list(@Nullable Enumeration<String> values) {
        if (values == null || !values.hasMoreElements()) {
            return List.of();
        }
        String first = values.nextElement();
        return values.hasMoreElements()
                ? rest(first, values)
                : Collections.singletonList(first); // a wrapper may give null
    }

    private static List<String> rest(String first, Enumeration<String> more) {
        List<String> all = new ArrayList<>();
        all.add(first);
        more.asIterator().forEachRemaining(all::add);
        return all;
    }
}
