package dev.hawser.servers;

import dev.hawser.topic.Topics;
import jakarta.inject.Inject;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Answers, over a topic, with what its bean says. */
@ServerEndpoint("/injected")
public class InjectedEndpoint {
    @Inject
    private Greeting greeting;

    @Inject
    private Topics topics;

    @OnMessage
    public void greet(String name, Session session) {
        topics.subscribe(session, "greetings of " + session.getId());
        topics.publish("greetings of " + session.getId(), greeting.to(name));
    }
}
