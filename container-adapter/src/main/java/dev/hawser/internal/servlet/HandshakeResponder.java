package dev.hawser.internal.servlet;

import dev.hawser.internal.server.UpgradeDecision;
import dev.hawser.internal.server.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the decision on an opening handshake into the HTTP response, and starts the transport of an accepted one. */
final class HandshakeResponder {
    private static final Logger LOG = System.getLogger("dev.hawser.handshake");

    private final TransportHook hook;

    HandshakeResponder(TransportHook hook) {
        this.hook = hook;
    }

    /** The request for the server core. */
    UpgradeRequest asUpgradeRequest(HttpServletRequest request) {
        return new ServletUpgradeRequest(request, hook);
    }

    /**
     * The answer to an extended CONNECT if a constraint on its path names methods: 403, since the container has not
     * checked a CONNECT by it.
     *
     * @return null if there is no such constraint
     */
    UpgradeDecision.@Nullable Rejected refusedTunnel(UpgradeRequest request) {
        if (!hook.constrainsMethods(request.path())) {
            return null;
        }
        return new UpgradeDecision.Rejected(
                403,
                Map.of("Content-Type", List.of("text/plain;charset=utf-8")),
                "CONNECT is refused here: a security constraint on this path names HTTP methods, and CONNECT is none"
                        + " of them");
    }

    /**
     * Carries out a decision.
     *
     * @return false if the request is not for an endpoint of ours; the response is then unchanged
     * @throws IllegalStateException if the handshake was accepted, but the container cannot hand over the connection
     */
    boolean respond(HttpServletRequest request, HttpServletResponse response, UpgradeDecision decision)
            throws IOException {
        if (decision instanceof UpgradeDecision.Accepted accepted) {
            accept(request, response, accepted);
            return true;
        }
        if (decision instanceof UpgradeDecision.Rejected rejected) {
            reject(response, rejected);
            return true;
        }
        return false;
    }

    private void accept(HttpServletRequest request, HttpServletResponse response, UpgradeDecision.Accepted accepted) {
        boolean given = false;
        try {
            response.setContentLengthLong(-1); // a filter may have set the length of another response
            putHeaders(response, accepted.headers());
            response.setStatus(accepted.status());
            hook.upgrade(request, response, accepted.connection().transportListener());
            given = true;
        } catch (IllegalStateException e) {
            response.reset();
            throw e;
        } finally {
            if (!given) {
                accepted.connection().transportListener().onClosed(null);
            }
        }
    }

    private static void reject(HttpServletResponse response, UpgradeDecision.Rejected rejected) throws IOException {
        byte[] body = rejected.body().getBytes(StandardCharsets.UTF_8);
        putHeaders(response, rejected.headers());
        response.setStatus(rejected.status());
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (IllegalStateException e) {
            // The application uses a Writer, or writes without blocking and the stream is not ready. The status says
            // enough.
            LOG.log(Level.DEBUG, "A handshake was refused with a status alone, since the container took no body", e);
            response.setContentLength(0);
        }
    }

    private static void putHeaders(HttpServletResponse response, Map<String, List<String>> headers) {
        headers.forEach((name, values) -> {
            boolean first = true;
            for (String value : values) {
                if (first) {
                    response.setHeader(name, value);
                } else {
                    response.addHeader(name, value);
                }
                first = false;
            }
        });
    }
}
