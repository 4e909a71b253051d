package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.simp.broker.BrokerAvailabilityEvent;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/** STOMP through Spring's relay to a message broker: Artemis in this JVM. */
class StompRelayTest {
    static class Availability {
        private final CountDownLatch available = new CountDownLatch(1);

        @EventListener
        void broker(BrokerAvailabilityEvent event) {
            if (event.isBrokerAvailable()) {
                available.countDown();
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocketMessageBroker
    @Import(StompTest.Greetings.class)
    static class App implements WebSocketMessageBrokerConfigurer {
        @Value("${relay.port}")
        private int port;

        @Bean
        Availability availability() {
            return new Availability();
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/stomp");
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.setApplicationDestinationPrefixes("/app")
                    .enableStompBrokerRelay("/topic/")
                    .setRelayHost("127.0.0.1")
                    .setRelayPort(port);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void messagesGoThroughTheBroker() throws Exception {
        int port = freePort();
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAcceptorConfiguration(
                        "stomp", "tcp://127.0.0.1:" + port + "?protocols=STOMP;multicastPrefix=/topic/"));
        broker.start();
        try (SpringApp app = SpringApp.start(App.class, "relay.port=" + port)) {
            assertTrue(app.bean(Availability.class).available.await(30, TimeUnit.SECONDS), "no broker");
            try (Peer one = subscriber(app);
                    Peer two = subscriber(app)) {
                assertEquals(
                        2,
                        app.bean(HawserServer.class)
                                .container()
                                .getOpenSessions()
                                .size(),
                        "Hawser serves");
                one.send("SEND\ndestination:/app/greet\ncontent-type:text/plain\n\nworld\0");
                for (Peer peer : new Peer[] {one, two}) {
                    String message = StompTest.frame(peer);
                    assertTrue(message.startsWith("MESSAGE\n"), message);
                    assertTrue(message.endsWith("\n\nhello world\0"), message);
                }
            }
        } finally {
            broker.stop();
        }
    }

    private static Peer subscriber(SpringApp app) throws InterruptedException {
        Peer peer = Peer.connect(app.ws("/stomp"));
        peer.send("CONNECT\naccept-version:1.2\nhost:here\nheart-beat:0,0\n\n\0");
        String connected = StompTest.frame(peer);
        assertTrue(connected.startsWith("CONNECTED\n") && connected.contains("Artemis"), connected);
        peer.send("SUBSCRIBE\nid:0\ndestination:/topic/greetings\nreceipt:subscribed\n\n\0");
        String receipt = StompTest.frame(peer);
        assertTrue(receipt.startsWith("RECEIPT\n"), receipt);
        return peer;
    }
}
