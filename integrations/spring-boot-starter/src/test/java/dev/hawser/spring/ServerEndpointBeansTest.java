package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hawser.HawserSession;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

class ServerEndpointBeansTest {
    @Component
    static class Greetings {
        private final AtomicInteger made = new AtomicInteger();

        String greet(String name) {
            return "hello " + name;
        }
    }

    @Component
    @ServerEndpoint("/greeting/{name}")
    static class GreetingEndpoint {
        private final Greetings greetings;
        private final int number;
        private boolean hawser;
        private String name = "";

        GreetingEndpoint(Greetings greetings) {
            this.greetings = greetings;
            this.number = greetings.made.incrementAndGet();
        }

        @OnOpen
        void open(Session session, @PathParam("name") String name) {
            this.name = name;
            hawser = session instanceof HawserSession;
        }

        @OnMessage
        String answer(String question) {
            return switch (question) {
                case "hawser" -> String.valueOf(hawser);
                case "number" -> String.valueOf(number);
                default -> greetings.greet(name);
            };
        }
    }

    /** Made by a method: its constructor says nothing about how. */
    @ServerEndpoint("/made")
    static class MadeEndpoint {
        private final String text;

        MadeEndpoint(String text) {
            this.text = text;
        }

        @OnMessage
        String answer(String question) {
            return text + " " + System.identityHashCode(this);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Greetings.class, GreetingEndpoint.class})
    static class App {
        @Bean
        MadeEndpoint made(Greetings greetings) {
            return new MadeEndpoint(greetings.greet("method"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(App.class)
    static class AppWithExporter {
        @Bean
        ServerEndpointExporter exporter() {
            return new ServerEndpointExporter();
        }
    }

    @Test
    void anEndpointBeanGetsWhatItsConstructorAsksForWithoutAConfigurator() throws Exception {
        try (SpringApp app = SpringApp.start(App.class)) {
            app.assertIsOnServerOfThisModule();
            try (Peer peer = Peer.connect(app.ws("/greeting/world"))) {
                assertEquals("true", peer.send("hawser").receive());
                assertEquals("hello world", peer.send("?").receive());
            }
        }
    }

    @Test
    void eachSessionHasAnInstanceOfItsOwnAsJakartaSays() throws Exception {
        try (SpringApp app = SpringApp.start(App.class);
                Peer one = Peer.connect(app.ws("/greeting/one"));
                Peer two = Peer.connect(app.ws("/greeting/two"))) {
            assertEquals("true", one.send("hawser").receive());
            assertNotEquals(one.send("number").receive(), two.send("number").receive());
            assertEquals("hello one", one.send("?").receive());
            assertEquals("hello two", two.send("?").receive());
        }
    }

    @Test
    void anEndpointThatAMethodMakesIsMadeByItForEachSession() throws Exception {
        try (SpringApp app = SpringApp.start(App.class);
                Peer one = Peer.connect(app.ws("/made"));
                Peer two = Peer.connect(app.ws("/made"))) {
            String first = one.send("?").receive();
            assertEquals("hello method", first.substring(0, first.lastIndexOf(' ')));
            assertNotEquals(first, two.send("?").receive());
        }
    }

    @Test
    void anExporterOfTheApplicationMayStayAndDeploysNothingTwice() throws Exception {
        try (SpringApp app = SpringApp.start(AppWithExporter.class);
                Peer peer = Peer.connect(app.ws("/greeting/world"))) {
            assertEquals("true", peer.send("hawser").receive());
            assertEquals("hello world", peer.send("?").receive());
        }
    }
}
