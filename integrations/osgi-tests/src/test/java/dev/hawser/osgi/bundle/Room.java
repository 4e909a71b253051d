package dev.hawser.osgi.bundle;

import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;

/** Says which room it is. */
@ServerEndpoint("/rooms/{name}")
public class Room {
    @OnOpen
    public void onOpen(Session session, @PathParam("name") String name) throws IOException {
        session.getBasicRemote().sendText("room " + name);
    }
}
