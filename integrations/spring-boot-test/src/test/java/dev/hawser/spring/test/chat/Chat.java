package dev.hawser.spring.test.chat;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.springframework.stereotype.Component;

/** Its constructor and its encoder are injected. Each session has its own. */
@Component
@ServerEndpoint(value = "/chat", encoders = SignedEncoder.class)
public class Chat {
    private final Greetings greetings;
    private int messages;

    public Chat(Greetings greetings) {
        this.greetings = greetings;
    }

    @OnMessage
    public Signed message(String name) {
        return new Signed(greetings.of(name) + " " + ++messages);
    }
}
