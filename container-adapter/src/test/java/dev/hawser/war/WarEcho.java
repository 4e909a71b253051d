package dev.hawser.war;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/**
 * Goes into the WARs of the tests. Answers {@code where} with the places that the implementation and the API were
 * loaded from.
 */
@ServerEndpoint("/echo")
public class WarEcho {
    @OnMessage
    public String echo(String text, Session session) {
        return text.equals("where") ? from(session.getClass()) + " " + from(Session.class) : text;
    }

    private static String from(Class<?> type) {
        String location =
                type.getProtectionDomain().getCodeSource().getLocation().toString();
        return location.replaceAll("!/$", "").replaceAll(".*/(?=[^/]+/?$)", "");
    }
}
