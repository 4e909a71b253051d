package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hawser.HawserSession;
import dev.hawser.servlet.HawserInitializer;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class ChatTest {
    @Test
    void theServerEchoesWhatTheClientSends() throws Exception {
        Server server = new Server(0);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), Chat.class);
        server.setHandler(context);
        server.start();
        URI uri = URI.create("ws://localhost:" + server.getURI().getPort() + "/chat");

        WebSocketContainer container = ContainerProvider.getWebSocketContainer();
        try (Session session = container.connectToServer(ChatClient.class, uri)) {
            assertInstanceOf(HawserSession.class, session);
            session.getBasicRemote().sendText("hello");
            assertEquals("hello", ChatClient.RECEIVED.poll(30, TimeUnit.SECONDS));
        } finally {
            server.stop();
        }
    }
}
