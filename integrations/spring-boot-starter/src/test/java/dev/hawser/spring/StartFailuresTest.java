package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletContext;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Each bad input ends in one clear sentence, and one that says what to do, in the place of a stack trace. */
class StartFailuresTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}

    @ServerEndpoint("/twice")
    static class TwoHandlers {
        @OnMessage
        void one(String text) {}

        @OnMessage
        void two(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @Import({App.class, TwoHandlers.class})
    static class AppWithBadEndpoint {}

    /** Starts another implementation, as a left-over bean of an application may. */
    @Configuration(proxyBeanMethods = false)
    @Import(App.class)
    static class AppWithAnotherImplementation {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ServletContextInitializer another() {
            return (ServletContext context) -> context.setAttribute(
                    ServerContainer.class.getName(),
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {ServerContainer.class}, (p, m, a) -> null));
        }
    }

    @Test
    void aWrongPropertyNameStopsTheStartAndNamesTheNearest() {
        FailureAnalysis analysis = ReportedFailures.of(App.class, "hawser.max-text-mesage-size=1MiB");
        assertTrue(
                analysis.getDescription().startsWith("There is no property hawser.max-text-mesage-size"),
                analysis.getDescription());
        assertTrue(analysis.getAction().startsWith("Did you mean hawser.max-text-message-size?"), analysis.getAction());
    }

    @Test
    void aWrongValueStopsTheStartAndSaysWhatWasExpected() {
        FailureAnalysis analysis = ReportedFailures.of(App.class, "hawser.idle-timeout=soon");
        assertTrue(
                analysis.getDescription().startsWith("hawser.idle-timeout=soon is not valid: expected"),
                analysis.getDescription());
    }

    @Test
    void anEndpointThatBreaksARuleStopsTheStartAndNamesTheRule() {
        FailureAnalysis analysis = ReportedFailures.of(AppWithBadEndpoint.class);
        assertTrue(
                analysis.getDescription().startsWith("A WebSocket endpoint cannot be deployed: "),
                analysis.getDescription());
        assertTrue(analysis.getDescription().contains("TwoHandlers"), analysis.getDescription());
    }

    @Test
    void anotherImplementationThatWasFirstStopsTheStartAndIsNamed() {
        FailureAnalysis analysis = ReportedFailures.of(AppWithAnotherImplementation.class);
        assertTrue(
                analysis.getDescription()
                        .startsWith("Two WebSocket implementations meet in this application, Hawser and "),
                analysis.getDescription());
        assertTrue(analysis.getAction().contains("hawser.on-conflict=yield"), analysis.getAction());
    }

    @Test
    void theJarsOfEachServersOwnImplementationAreNamed() {
        assertTrue(OtherImplementations.remedyFor("org.apache.tomcat.websocket.server.WsServerContainer")
                .startsWith("Exclude org.apache.tomcat.embed:tomcat-embed-websocket"));
        assertTrue(OtherImplementations.remedyFor("org.eclipse.jetty.ee10.websocket.X")
                .startsWith("Exclude jetty-ee10-websocket-jakarta-server"));
        assertTrue(OtherImplementations.remedyFor("io.undertow.websockets.jsr.ServerWebSocketContainer")
                .startsWith("Exclude io.undertow:undertow-websockets-jsr"));
    }

    @Test
    void hawserCanBeSwitchedOff() {
        try (SpringApp app = SpringApp.start(App.class, "hawser.enabled=false")) {
            assertEquals(0, app.context().getBeanNamesForType(HawserServer.class).length);
        }
    }
}
