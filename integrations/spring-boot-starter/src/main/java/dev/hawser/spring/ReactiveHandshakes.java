package dev.hawser.spring;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;

/** Makes WebFlux upgrade through Hawser, unless the application has its own WebSocketService or strategy. */
final class ReactiveHandshakes implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof WebSocketHandlerAdapter adapter
                && adapter.getWebSocketService() instanceof HandshakeWebSocketService service
                && service.getClass() == HandshakeWebSocketService.class
                && isOfSpring(service.getUpgradeStrategy())) {
            HandshakeWebSocketService ours =
                    new HandshakeWebSocketService(new HawserRequestUpgradeStrategy(service.getUpgradeStrategy()));
            ours.setSessionAttributePredicate(service.getSessionAttributePredicate());
            WebSocketHandlerAdapter replaced = new WebSocketHandlerAdapter(ours);
            replaced.setOrder(adapter.getOrder());
            return replaced;
        }
        return bean;
    }

    private static boolean isOfSpring(RequestUpgradeStrategy strategy) {
        return strategy.getClass().getName().startsWith("org.springframework.web.reactive.socket.server.upgrade.");
    }
}
