package dev.hawser.spring;

import java.lang.reflect.Field;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.socket.server.RequestUpgradeStrategy;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.AbstractHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;
import org.springframework.web.socket.sockjs.support.SockJsHttpRequestHandler;
import org.springframework.web.socket.sockjs.transport.TransportHandlingSockJsService;
import org.springframework.web.socket.sockjs.transport.handler.WebSocketTransportHandler;

/**
 * Makes Spring's handshake handlers for {@code WebSocketHandler}s, STOMP endpoints and SockJS upgrade through the
 * Jakarta API, with endpoints named after their mappings. Spring 7 upgrades so by default. Spring 6 chooses the
 * strategy of the server whose WebSocket classes it finds. Neither has a setting, so that of the handlers is replaced.
 */
final class HandshakeHandlers implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof AbstractUrlHandlerMapping mapping) {
            adoptAll(mapping.getHandlerMap().values());
        } else {
            adopt(bean);
        }
        return bean;
    }

    private static void adoptAll(Collection<?> handlers) {
        handlers.forEach(HandshakeHandlers::adopt);
    }

    private static void adopt(@Nullable Object handler) {
        if (handler instanceof WebSocketHttpRequestHandler requests) {
            adopt(requests.getHandshakeHandler());
        } else if (handler instanceof SockJsHttpRequestHandler requests) {
            adopt(requests.getSockJsService());
        } else if (handler instanceof TransportHandlingSockJsService service) {
            adoptAll(service.getTransportHandlers().values());
        } else if (handler instanceof WebSocketTransportHandler transport) {
            adopt(transport.getHandshakeHandler());
        } else if (handler instanceof AbstractHandshakeHandler handshakes
                && isOfSpring(handshakes.getRequestUpgradeStrategy())) {
            replaceStrategy(handshakes);
        }
    }

    /** An application's own strategy is not replaced. */
    private static boolean isOfSpring(RequestUpgradeStrategy strategy) {
        return strategy.getClass().getName().startsWith("org.springframework.web.socket.server.");
    }

    private static void replaceStrategy(AbstractHandshakeHandler handshakes) {
        Field field = ReflectionUtils.findField(AbstractHandshakeHandler.class, "requestUpgradeStrategy");
        if (field == null && handshakes.getRequestUpgradeStrategy() instanceof StandardWebSocketUpgradeStrategy) {
            return; // it serves, and names endpoints after requests
        }
        if (field == null) {
            throw new HawserStartException(
                    handshakes + " upgrades through "
                            + handshakes.getRequestUpgradeStrategy().getClass().getName()
                            + ", and so not through Hawser.",
                    "Give it a StandardWebSocketUpgradeStrategy.",
                    null);
        }
        ReflectionUtils.makeAccessible(field);
        ReflectionUtils.setField(field, handshakes, new MappedUpgradeStrategy());
    }
}
