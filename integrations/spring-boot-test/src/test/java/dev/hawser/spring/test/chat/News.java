package dev.hawser.spring.test.chat;

import dev.hawser.topic.Topics;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import org.springframework.stereotype.Component;

/** Publishes what it gets. */
@Component
@ServerEndpoint("/news")
public class News {
    private final Topics topics;

    public News(Topics topics) {
        this.topics = topics;
    }

    @OnOpen
    public void open(Session session) {
        topics.subscribe(session, "news");
    }

    @OnMessage
    public void message(String text) {
        topics.publish("news", text);
    }
}
