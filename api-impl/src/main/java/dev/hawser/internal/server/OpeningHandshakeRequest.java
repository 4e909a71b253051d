package dev.hawser.internal.server;

import dev.hawser.internal.session.RequestParameters;
import jakarta.websocket.server.HandshakeRequest;
import java.net.URI;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake for modifyHandshake. It is a copy, because applications keep it while the container recycles
 * its request. Only {@link #isUserInRole} needs the request and works only during the handshake.
 *
 * <p>It already has the methods that Jakarta WebSocket 2.3 adds; under an older API they can be called by reflection.
 */
public final class OpeningHandshakeRequest implements HandshakeRequest {
    /** The container's request; null once the handshake is over. */
    private volatile @Nullable UpgradeRequest live;

    private final Map<String, List<String>> headers;
    private final URI requestUri;
    private final @Nullable String queryString;
    private final Map<String, String> pathParameters;
    /** Computed at the first call; any thread may replace it with an equal map. */
    private volatile @Nullable Map<String, List<String>> parameters;

    private final @Nullable Principal principal;
    private final @Nullable Object httpSession;
    private final X509Certificate @Nullable [] certificateChain;
    private final @Nullable String localAddress;
    private final int localPort;
    private final @Nullable String remoteAddress;
    private final int remotePort;
    private final Locale preferredLocale;
    /** A host name may cost a DNS query, so it is looked up only if the application asks during the handshake. */
    private volatile @Nullable String localHostName;

    private volatile @Nullable String remoteHostName;

    OpeningHandshakeRequest(UpgradeRequest request, URI requestUri, Map<String, String> pathParameters) {
        this.live = request;
        this.headers = readOnly(request.headers());
        this.requestUri = requestUri;
        this.queryString = request.queryString();
        this.pathParameters = pathParameters;
        this.principal = request.principal();
        this.httpSession = request.httpSession();
        this.certificateChain = request.certificateChain();
        this.localAddress = request.localAddress();
        this.localPort = request.localPort();
        this.remoteAddress = request.remoteAddress();
        this.remotePort = request.remotePort();
        this.preferredLocale = request.preferredLocale();
    }

    /** Drops the container's request at the end of the handshake. */
    void finish() {
        live = null;
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return headers;
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return principal;
    }

    /** The URI as the client wrote it, with scheme {@code ws} or {@code wss} and the query. */
    @Override
    public URI getRequestURI() {
        return requestUri;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the handshake is over
     */
    @Override
    public boolean isUserInRole(String role) {
        UpgradeRequest request = live;
        if (request == null) {
            throw new IllegalStateException(
                    "isUserInRole can be asked during the opening handshake only; keep its answer, not the request");
        }
        return request.isUserInRole(role);
    }

    @Override
    public @Nullable Object getHttpSession() {
        return httpSession;
    }

    /**
     * The query parameters in their order, and the variables of the endpoint's path. A variable replaces a query
     * parameter of its name, so that a client cannot add values to those of the path.
     */
    @Override
    public Map<String, List<String>> getParameterMap() {
        Map<String, List<String>> made = parameters;
        if (made == null) {
            made = withPath(RequestParameters.of(queryString));
            parameters = made;
        }
        return made;
    }

    @Override
    public @Nullable String getQueryString() {
        return queryString;
    }

    /** The client's certificate chain, or null if the client sent none (Jakarta WebSocket 2.3). */
    public X509Certificate @Nullable [] getUserX509CertificateChain() {
        return certificateChain == null ? null : certificateChain.clone();
    }

    /** The address on this side, or null if it is not known (Jakarta WebSocket 2.3). */
    public @Nullable String getLocalAddress() {
        return localAddress;
    }

    /**
     * The host name on this side; its address if the name is not known or was not asked for during the handshake
     * (Jakarta WebSocket 2.3).
     */
    public @Nullable String getLocalHostName() {
        UpgradeRequest request = live;
        if (localHostName == null && request != null) {
            localHostName = request.localHostName();
        }
        return localHostName == null ? localAddress : localHostName;
    }

    /** The port on this side, or -1 (Jakarta WebSocket 2.3). */
    public int getLocalPort() {
        return localPort;
    }

    /** The address of the client or of the last proxy, or null if it is not known (Jakarta WebSocket 2.3). */
    public @Nullable String getRemoteAddress() {
        return remoteAddress;
    }

    /**
     * The host name of the client or the last proxy; its address if the name is not known or was not asked for during
     * the handshake (Jakarta WebSocket 2.3).
     */
    public @Nullable String getRemoteHostName() {
        UpgradeRequest request = live;
        if (remoteHostName == null && request != null) {
            remoteHostName = request.remoteHostName();
        }
        return remoteHostName == null ? remoteAddress : remoteHostName;
    }

    /** The port of the client or the last proxy, or -1 (Jakarta WebSocket 2.3). */
    public int getRemotePort() {
        return remotePort;
    }

    /** The client's preferred language, or the platform's (Jakarta WebSocket 2.3). */
    public Locale getPreferredLocale() {
        return preferredLocale;
    }

    private Map<String, List<String>> withPath(Map<String, List<String>> ofQuery) {
        if (pathParameters.isEmpty()) {
            return ofQuery;
        }
        Map<String, List<String>> all = new LinkedHashMap<>(ofQuery);
        pathParameters.forEach((name, value) -> all.put(name, List.of(value)));
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, List<String>> readOnly(Map<String, List<String>> headers) {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.merge(name, List.copyOf(values), OpeningHandshakeRequest::joined));
        return Collections.unmodifiableMap(copy);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
