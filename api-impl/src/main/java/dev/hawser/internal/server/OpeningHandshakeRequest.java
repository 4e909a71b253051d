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
 * The opening handshake as modifyHandshake sees it. Applications keep it, though their container recycles its request:
 * so it is a copy, but for {@link #isUserInRole}, which can be asked during the handshake only.
 *
 * <p>The methods that Jakarta WebSocket 2.3 adds are here already; under an older API, cast to this class or call them
 * by reflection.
 */
public final class OpeningHandshakeRequest implements HandshakeRequest {
    /** The container's request; null once the handshake is over. */
    private volatile @Nullable UpgradeRequest live;

    private final Map<String, List<String>> headers;
    private final URI requestUri;
    private final @Nullable String queryString;
    private final Map<String, String> pathParameters;
    /** Made when first asked for; any thread may replace it with an equal one. */
    private volatile @Nullable Map<String, List<String>> parameters;

    private final @Nullable Principal principal;
    private final @Nullable Object httpSession;
    private final X509Certificate @Nullable [] certificateChain;
    private final @Nullable String localAddress;
    private final int localPort;
    private final @Nullable String remoteAddress;
    private final int remotePort;
    private final Locale preferredLocale;
    /** A name may cost a DNS query, so it is asked for only if the application does, and in time. */
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

    /** The handshake is over: the container's request is let go. */
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
     * The parameters of the query in its order, and the variables of the endpoint's path, which replace query
     * parameters of their names: a client must not be able to add values to what the path says.
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

    /** The client's certificate and those that vouch for it, or null if it has shown none (Jakarta WebSocket 2.3). */
    public X509Certificate @Nullable [] getUserX509CertificateChain() {
        return certificateChain == null ? null : certificateChain.clone();
    }

    /** The address on this side, or null if it is not known (Jakarta WebSocket 2.3). */
    public @Nullable String getLocalAddress() {
        return localAddress;
    }

    /**
     * The host name on this side; its address where no name is known or none was asked for in time (Jakarta WebSocket
     * 2.3).
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
     * The host name of the client or the last proxy; its address where no name is known or none was asked for in time
     * (Jakarta WebSocket 2.3).
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

    /** The language that the client likes best, or the platform's (Jakarta WebSocket 2.3). */
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
