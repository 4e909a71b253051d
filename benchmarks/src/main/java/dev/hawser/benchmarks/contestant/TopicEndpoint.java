package dev.hawser.benchmarks.contestant;

import dev.hawser.topic.Topics;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Publishes each message to a topic that all its sessions have subscribed to. Only Hawser has topics. */
@ServerEndpoint("/topic")
public class TopicEndpoint {
    /** Subscribes the session. */
    @OnOpen
    public void open(Session session) {
        Topics.of(session).subscribe(session, "all");
    }

    /** Publishes the message; the sender gets it, too. */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public void text(Session session, String message) {
        Topics.of(session).publish("all", message);
    }
}
