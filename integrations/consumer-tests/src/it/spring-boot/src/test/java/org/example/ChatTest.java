package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hawser.HawserContainer;
import jakarta.servlet.ServletContext;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerContainer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class ChatTest {
    @Test
    void theServerEchoesWhatTheClientSends() throws Exception {
        try (ConfigurableApplicationContext application = SpringApplication.run(Application.class, "--server.port=0")) {
            ServletContext context = application.getBean(ServletContext.class);
            assertInstanceOf(HawserContainer.class, context.getAttribute(ServerContainer.class.getName()));
            String port = application.getEnvironment().getProperty("local.server.port");
            URI uri = URI.create("ws://localhost:" + port + "/chat");

            WebSocketContainer container = ContainerProvider.getWebSocketContainer();
            try (Session session = container.connectToServer(ChatClient.class, uri)) {
                session.getBasicRemote().sendText("hello");
                assertEquals("hello", ChatClient.RECEIVED.poll(30, TimeUnit.SECONDS));
            }
        }
    }
}
