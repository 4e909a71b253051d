package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/** STOMP with Spring's simple broker, in its frames, and SockJS. */
class StompTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Controller
    static class Greetings {
        @MessageMapping("/greet")
        @SendTo("/topic/greetings")
        String greet(String name) {
            return "hello " + name;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocketMessageBroker
    @Import(Greetings.class)
    static class App implements WebSocketMessageBrokerConfigurer {
        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.setPreserveReceiveOrder(true);
            registry.addEndpoint("/stomp").setAllowedOrigins("https://page.example");
            registry.addEndpoint("/sockjs").withSockJS();
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            ThreadPoolTaskScheduler heartbeats = new ThreadPoolTaskScheduler();
            heartbeats.setDaemon(true);
            heartbeats.initialize();
            registry.setApplicationDestinationPrefixes("/app")
                    .enableSimpleBroker("/topic")
                    .setTaskScheduler(heartbeats)
                    .setHeartbeatValue(new long[] {100, 0});
        }
    }

    private static SpringApp app;

    @BeforeAll
    static void start() {
        app = SpringApp.start(App.class);
        app.assertIsOnServerOfThisModule();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static void assertHawserServes() {
        assertTrue(app.bean(HawserServer.class).container().getOpenSessions().size() > 0, "Hawser has no session");
    }

    /** The next frame that is no heartbeat. */
    static String frame(Peer peer) throws InterruptedException {
        String frame = peer.receive();
        while (frame.equals("\n")) {
            frame = peer.receive();
        }
        return frame;
    }

    @Test
    void aMessageGoesThroughTheControllerToTheSubscribers() throws Exception {
        try (Peer peer = Peer.connect(app.ws("/stomp"), "Sec-WebSocket-Protocol", "v12.stomp")) {
            peer.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
            assertTrue(frame(peer).startsWith("CONNECTED\nversion:1.2\n"));
            assertHawserServes();
            peer.send("SUBSCRIBE\nid:0\ndestination:/topic/greetings\n\n\0");
            peer.send("SEND\ndestination:/app/greet\ncontent-type:text/plain\n\nworld\0");
            String message = frame(peer);
            assertTrue(message.startsWith("MESSAGE\ndestination:/topic/greetings\n"), message);
            assertTrue(message.endsWith("\n\nhello world\0"), message);
            peer.send("DISCONNECT\nreceipt:bye\n\n\0");
            assertTrue(frame(peer).startsWith("RECEIPT\nreceipt-id:bye"));
        }
    }

    @Test
    void theBrokerSendsTheHeartbeatsThatWereAgreed() throws Exception {
        try (Peer peer = Peer.connect(app.ws("/stomp"))) {
            peer.send("CONNECT\naccept-version:1.2\nhost:here\nheart-beat:0,100\n\n\0");
            String connected = peer.receive();
            assertTrue(connected.contains("\nheart-beat:100,0\n"), connected);
            assertHawserServes();
            assertEquals("\n", peer.receive());
            assertEquals("\n", peer.receive());
        }
    }

    @Test
    void springsAllowedOriginsDecide() throws Exception {
        assertEquals(403, Peer.refusal(app.ws("/stomp"), "Origin", "https://other.example"));
        assertEquals(101, Peer.refusal(app.ws("/stomp"), "Origin", "https://page.example"));
    }

    @Test
    void sockJsRunsOverHawserAndItsFallbackStays() throws Exception {
        HttpResponse<String> info = get(app.http("/sockjs/info"));
        assertTrue(info.body().contains("\"websocket\":true"), info::body);
        try (Peer peer = Peer.connect(app.ws("/sockjs/000/abc/websocket"))) {
            assertEquals("o", peer.receive());
            assertHawserServes();
            peer.send("[\"CONNECT\\naccept-version:1.2\\nhost:here\\n\\n\\u0000\"]");
            String connected = peer.receive();
            assertTrue(connected.startsWith("a[\"CONNECTED\\nversion:1.2\\n"), connected);
        }
        HttpResponse<String> opened = HTTP.send(
                HttpRequest.newBuilder(app.http("/sockjs/000/fallback/xhr"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals("o\n", opened.body());
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
