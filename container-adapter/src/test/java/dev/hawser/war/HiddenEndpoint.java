package dev.hawser.war;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Goes into a jar of the WARs of {@link UnscannedJarTest}. */
@ServerEndpoint("/hidden")
public class HiddenEndpoint {
    @OnMessage
    public String echo(String text) {
        return text;
    }
}
