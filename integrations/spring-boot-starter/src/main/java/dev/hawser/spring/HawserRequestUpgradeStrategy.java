package dev.hawser.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.adapter.ContextWebSocketHandler;
import org.springframework.web.reactive.socket.adapter.StandardWebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.adapter.StandardWebSocketSession;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Upgrades requests of WebFlux on a servlet container through Hawser. Spring's own strategy for the Jakarta API casts
 * sessions to Tomcat's. The starter sets this strategy in every plain {@code HandshakeWebSocketService}; an application
 * passes it to the constructor of its own subclass. Thread-safe.
 */
public final class HawserRequestUpgradeStrategy implements RequestUpgradeStrategy {
    private final @Nullable RequestUpgradeStrategy elsewhere;

    /** For servlet containers. */
    public HawserRequestUpgradeStrategy() {
        this(null);
    }

    /** @param elsewhere upgrades requests that are not servlet requests, such as those of Netty */
    HawserRequestUpgradeStrategy(@Nullable RequestUpgradeStrategy elsewhere) {
        this.elsewhere = elsewhere;
    }

    @Override
    public Mono<Void> upgrade(
            ServerWebExchange exchange,
            WebSocketHandler handler,
            @Nullable String subProtocol,
            Supplier<HandshakeInfo> handshakeInfoFactory) {
        if (elsewhere != null && !isServletRequest(exchange)) {
            return elsewhere.upgrade(exchange, handler, subProtocol, handshakeInfoFactory);
        }
        HttpServletRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        HttpServletResponse response = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
        HandshakeInfo handshake = handshakeInfoFactory.get();
        DataBufferFactory buffers = exchange.getResponse().bufferFactory();
        // The response is completed first, so that what filters have added to it becomes part of the 101.
        return exchange.getResponse().setComplete().then(Mono.deferContextual(context -> {
            Endpoint endpoint = new StandardWebSocketHandlerAdapter(
                    ContextWebSocketHandler.decorate(handler, context),
                    session -> new StandardWebSocketSession(session, handshake, buffers));
            String name = MappingName.of(exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(endpoint.getClass(), name)
                    .subprotocols(subProtocol == null ? List.of() : List.of(subProtocol))
                    .configurator(new OneEndpoint(endpoint))
                    .build();
            try {
                containerOf(request).upgradeHttpToWebSocket(request, response, config, Map.of());
                return Mono.empty();
            } catch (IOException | DeploymentException | RuntimeException e) {
                return Mono.error(e);
            }
        }));
    }

    private static boolean isServletRequest(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        while (request instanceof ServerHttpRequestDecorator decorator) {
            request = decorator.getDelegate();
        }
        return request instanceof AbstractServerHttpRequest own && own.getNativeRequest() instanceof HttpServletRequest;
    }

    private static ServerContainer containerOf(HttpServletRequest request) {
        if (request.getServletContext().getAttribute(ServerContainer.class.getName())
                instanceof ServerContainer container) {
            return container;
        }
        throw new IllegalStateException("There is no WebSocket ServerContainer in this servlet context");
    }

    /** Returns the endpoint that was made for the session. */
    private static final class OneEndpoint extends ServerEndpointConfig.Configurator {
        private final Endpoint endpoint;

        OneEndpoint(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public <T> T getEndpointInstance(Class<T> endpointClass) {
            return endpointClass.cast(endpoint);
        }
    }
}
