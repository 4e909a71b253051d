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
 * The one filter, on all paths and behind those of the application, so that their 401 wins over the handshake. One for
 * all paths, since endpoints may be added at any time (Jakarta WebSocket 2.2, 6.4); hence its first test is a cheap
 * one.
 */
final class UpgradeFilter implements Filter {
    private final EndpointServerContainer server;
    private final HandshakeResponder responder;
    private final UnscannedJars unscanned;

    /** Whether another implementation serves this application. Set while it starts, before any request. */
    private volatile boolean standsBack;

    UpgradeFilter(EndpointServerContainer server, HandshakeResponder responder, UnscannedJars unscanned) {
        this.server = server;
        this.responder = responder;
        this.unscanned = unscanned;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http && mayBeHandshake(http) && !standsBack) {
            if (!server.isEmpty() && isAnswered(http, (HttpServletResponse) response)) {
                return;
            }
            if (http.getHeader("Sec-WebSocket-Key") != null) {
                unscanned.lookOnce();
            }
        }
        chain.doFilter(request, response);
    }

    /** Whether the request was ours. A filter that has sent a response before has answered it. */
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
     * RFC 6455 4.2.1 for HTTP/1.1, also where a proxy has taken {@code Upgrade} out, so that it is told; RFC 8441 4 for
     * HTTP/2, where there is no {@code Upgrade}.
     */
    private static boolean mayBeHandshake(HttpServletRequest request) {
        return request.getHeader("Upgrade") != null
                || request.getHeader("Sec-WebSocket-Key") != null
                || "CONNECT".equals(request.getMethod());
    }
}
