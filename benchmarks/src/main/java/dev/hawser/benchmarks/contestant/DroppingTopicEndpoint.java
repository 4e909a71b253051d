package dev.hawser.benchmarks.contestant;

import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.Topics;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** The same as {@link TopicEndpoint}, but who does not read loses its oldest messages instead of its session. */
@ServerEndpoint("/topic-dropping")
public class DroppingTopicEndpoint {
    /** Subscribes the session. */
    @OnOpen
    public void open(Session session) {
        Topics.of(session).subscribe(session, "dropping", SlowSubscriber.DROP_OLDEST);
    }

    /** Publishes the message; the sender gets it, too. */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public void text(Session session, String message) {
        Topics.of(session).publish("dropping", message);
    }
}
