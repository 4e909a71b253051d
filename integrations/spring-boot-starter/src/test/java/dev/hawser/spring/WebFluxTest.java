package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Mono;

class WebFluxTest {
    static class Echo implements WebSocketHandler {
        @Override
        public Mono<Void> handle(WebSocketSession session) {
            return session.send(
                    session.receive().map(message -> message.getPayloadAsText()).map(session::textMessage));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {
        @Bean
        HandlerMapping handlers() {
            return new SimpleUrlHandlerMapping(Map.of("/echo", new Echo()), -1);
        }
    }

    private static boolean isUndertow() {
        return System.getProperty("test.server", "").startsWith("Undertow");
    }

    @Test
    void aHandlerOfWebFluxIsServedByHawserWhereTheReactiveServerHasServlets() throws Exception {
        Assumptions.assumeFalse(isUndertow(), "WebFlux on Undertow has no servlets");
        try (SpringApp app = SpringApp.start(WebApplicationType.REACTIVE, App.class, SpringApp.WITHOUT_SECURITY);
                Peer peer = Peer.connect(app.ws("/echo"))) {
            assertEquals("grüße", peer.send("grüße").receive());
            assertEquals(
                    1,
                    app.bean(HawserServer.class).container().getOpenSessions().size(),
                    "Hawser serves");
            app.close();
            peer.assertClosedWith(1001);
        }
    }

    @Test
    void aWrongPropertyNameStopsTheStartThereToo() {
        Assumptions.assumeFalse(isUndertow(), "WebFlux on Undertow has no servlets");
        FailureAnalysis analysis =
                ReportedFailures.of(WebApplicationType.REACTIVE, App.class, "hawser.max-text-mesage-size=1MiB");
        assertTrue(
                analysis.getDescription().startsWith("There is no property hawser.max-text-mesage-size"),
                analysis.getDescription());
    }

    @Test
    void webFluxOnUndertowIsRefusedWithTheAlternatives() {
        Assumptions.assumeTrue(isUndertow(), "only on Undertow");
        FailureAnalysis analysis = ReportedFailures.of(WebApplicationType.REACTIVE, App.class);
        assertEquals("WebFlux on Undertow has no servlets, and so no place for Hawser.", analysis.getDescription());
    }
}
