package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.HawserSession;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

class WebSocketHandlersTest {
    /** Answers whether Hawser serves, else an echo. */
    static class Echo extends TextWebSocketHandler {
        @Override
        protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
            String text = message.getPayload();
            if (text.equals("hawser")) {
                Object hawser = ((NativeWebSocketSession) session).getNativeSession(HawserSession.class);
                text = String.valueOf(hawser != null);
            }
            session.sendMessage(new TextMessage(text));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocket
    static class App implements WebSocketConfigurer {
        @Override
        public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
            registry.addHandler(new Echo(), "/echo");
            registry.addHandler(new Echo(), "/from-one-page").setAllowedOrigins("https://page.example");
        }
    }

    @Test
    void aWebSocketHandlerIsServedByHawser() throws Exception {
        try (SpringApp app = SpringApp.start(App.class)) {
            app.assertIsOnServerOfThisModule();
            try (Peer peer = Peer.connect(app.ws("/echo"))) {
                assertEquals("true", peer.send("hawser").receive());
                assertEquals("grüße", peer.send("grüße").receive());
            }
        }
    }
}
