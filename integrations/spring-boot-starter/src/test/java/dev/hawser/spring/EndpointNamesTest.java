package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedHandshake;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** Meters, events and JMX name a handler of Spring after its mapping, and never after the path of a request. */
class EndpointNamesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocket
    static class Handlers implements WebSocketConfigurer {
        @Override
        public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
            registry.addHandler(new WebSocketHandlersTest.Echo(), "/rooms/*");
            registry.addHandler(new WebSocketHandlersTest.Echo(), "/sockjs").withSockJS();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Reactive {
        @Bean
        HandlerMapping handlers() {
            return new SimpleUrlHandlerMapping(Map.of("/rooms/{name}", new WebFluxTest.Echo()), -1);
        }
    }

    private static List<String> observed(SpringApp app) {
        List<String> names = new CopyOnWriteArrayList<>();
        app.bean(HawserServer.class).container().addObserver(new ConnectionObserver() {
            @Override
            public void handshakeDecided(ObservedHandshake handshake) {
                names.add(handshake.endpoint() + " " + handshake.status());
            }
        });
        return names;
    }

    @Test
    void aHandlerHasThePatternOfItsMapping() throws Exception {
        try (SpringApp app = SpringApp.start(Handlers.class)) {
            List<String> names = observed(app);
            try (Peer peer = Peer.connect(app.ws("/rooms/lobby"))) {
                assertEquals("hello", peer.send("hello").receive());
                assertEquals(List.of("/rooms/* 101"), names);
            }
        }
    }

    @Test
    void allSessionsOfSockJsHaveOneName() throws Exception {
        try (SpringApp app = SpringApp.start(Handlers.class)) {
            List<String> names = observed(app);
            try (Peer first = Peer.connect(app.ws("/sockjs/1/one/websocket"));
                    Peer second = Peer.connect(app.ws("/sockjs/2/two/websocket"))) {
                assertEquals("o", first.receive());
                assertEquals("o", second.receive());
                assertEquals(List.of("/sockjs/** 101", "/sockjs/** 101"), names);
            }
        }
    }

    @Test
    void aHandlerOfWebFluxHasThePatternOfItsMapping() throws Exception {
        Assumptions.assumeFalse(
                System.getProperty("test.server", "").startsWith("Undertow"), "WebFlux on Undertow has no servlets");
        try (SpringApp app = SpringApp.start(WebApplicationType.REACTIVE, Reactive.class, SpringApp.WITHOUT_SECURITY)) {
            List<String> names = observed(app);
            try (Peer peer = Peer.connect(app.ws("/rooms/lobby"))) {
                assertEquals("hello", peer.send("hello").receive());
                assertEquals(List.of("/rooms/{name} 101"), names);
            }
        }
    }
}
