package dev.hawser.internal.servlet;

import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.internal.server.UpgradeDecision;
import dev.hawser.internal.server.UpgradeRequest;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The filter of Hawser. It is behind the application's filters, so that their 401 wins over the handshake. It is on all
 * paths, since endpoints may be added at any time (Jakarta WebSocket 2.2, 6.4); so its first test is cheap.
 */
final class UpgradeFilter implements Filter {
    private final EndpointServerContainer server;
    private final HandshakeResponder responder;
    private final UnscannedJars unscanned;

    /** Whether another implementation serves this application. Set during the start, before any request. */
    private volatile boolean standsBack;

    UpgradeFilter(EndpointServerContainer server, HandshakeResponder responder, UnscannedJars unscanned) {
        this.server = server;
        this.responder = responder;
        this.unscanned = unscanned;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http && answers(http, (HttpServletResponse) response))) {
            chain.doFilter(request, response);
        }
    }

    /** Answers a request if it is a handshake for an endpoint, and returns whether it is answered. */
    boolean answers(HttpServletRequest http, HttpServletResponse response) throws IOException {
        if (!mayBeHandshake(http) || standsBack) {
            return false;
        }
        if (!server.isEmpty() && isAnswered(http, response)) {
            return true;
        }
        if (http.getHeader("Sec-WebSocket-Key") != null) {
            unscanned.lookOnce();
        }
        return false;
    }

    /**
     * Answers the request if it is for an endpoint, and returns whether it is answered; a filter may have answered it
     * before.
     */
    private boolean isAnswered(HttpServletRequest http, HttpServletResponse response) throws IOException {
        UpgradeRequest request = responder.asUpgradeRequest(http);
        if (response.isCommitted()) {
            return server.serves(request.path());
        }
        return responder.respond(http, response, decide(request));
    }

    private UpgradeDecision decide(UpgradeRequest request) {
        UpgradeDecision refused = request.tunnelProtocol() != null && server.serves(request.path())
                ? responder.refusedTunnel(request)
                : null;
        return refused != null ? refused : server.upgrade(request);
    }

    /** Lets every request pass from now on. */
    void standBack() {
        standsBack = true;
    }

    /**
     * Whether the request may be a handshake by RFC 6455 4.2.1 (HTTP/1.1) or RFC 8441 4 (HTTP/2, without {@code
     * Upgrade}). It also is if a proxy has removed {@code Upgrade}, so that the answer can say so.
     */
    private static boolean mayBeHandshake(HttpServletRequest request) {
        return request.getHeader("Upgrade") != null
                || request.getHeader("Sec-WebSocket-Key") != null
                || "CONNECT".equals(request.getMethod());
    }
}
