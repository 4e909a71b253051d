package dev.hawser.servers;

import jakarta.inject.Inject;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Answers with what its bean says. */
@ServerEndpoint("/injected")
public class InjectedEndpoint {
    @Inject
    private Greeting greeting;

    @OnMessage
    public String greet(String name) {
        return greeting.to(name);
    }
}
