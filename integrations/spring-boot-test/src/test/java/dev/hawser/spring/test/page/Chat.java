package dev.hawser.spring.test.page;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.springframework.stereotype.Component;

@Component
@ServerEndpoint("/chat")
public class Chat {
    private final Greetings greetings;

    Chat(Greetings greetings) {
        this.greetings = greetings;
    }

    @OnMessage
    public String message(String name) {
        return greetings.of(name);
    }
}
