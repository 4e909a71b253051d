package dev.hawser.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.adapter.standard.StandardWebSocketHandlerAdapter;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.adapter.standard.WebSocketToStandardExtensionAdapter;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.standard.ServerEndpointRegistration;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/**
 * Names an endpoint after the pattern of its mapping. Spring's own strategy takes the path of the request, of which
 * SockJS has another one for each session, and the name stands in meters, events and JMX.
 */
final class MappedUpgradeStrategy extends StandardWebSocketUpgradeStrategy {
    @Override
    public void upgrade(
            ServerHttpRequest request,
            ServerHttpResponse response,
            @Nullable String subprotocol,
            List<WebSocketExtension> extensions,
            @Nullable Principal user,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Endpoint endpoint = new StandardWebSocketHandlerAdapter(
                handler,
                new StandardWebSocketSession(
                        request.getHeaders(),
                        attributes,
                        address(request::getLocalAddress),
                        address(request::getRemoteAddress),
                        user));
        HttpServletRequest servletRequest = getHttpServletRequest(request);
        String name = MappingName.of(servletRequest.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        ServerEndpointRegistration config = new ServerEndpointRegistration(name, endpoint);
        config.setSubprotocols(subprotocol == null ? List.of() : List.of(subprotocol));
        config.setExtensions(extensions.stream()
                .<Extension>map(WebSocketToStandardExtensionAdapter::new)
                .toList());
        try {
            getContainer(servletRequest)
                    .upgradeHttpToWebSocket(servletRequest, getHttpServletResponse(response), config, Map.of());
        } catch (Exception e) {
            throw new HandshakeFailureException("Hawser could not upgrade a request of " + name, e);
        }
    }

    /** Null if the connection has none, such as one over a Unix socket, for which Spring's request throws. */
    private static @Nullable InetSocketAddress address(Supplier<@Nullable InetSocketAddress> asked) {
        try {
            return asked.get();
        } catch (RuntimeException e) {
            return null;
        }
    }
}
