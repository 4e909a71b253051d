package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.internal.observe.RecordingObserver;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An observer of a client is told of that client's connections alone. */
class ObservedClientTest {
    private static final String NAME = Listener.class.getName();

    /** Hears text. */
    @ClientEndpoint
    public static class Listener {
        @OnMessage
        public void onText(String text) {}
    }

    private final RecordingObserver told = new RecordingObserver();

    @Test
    void ofItsConnectionsFromTheHandshakeToTheEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                EndpointClientContainer client = new EndpointClientContainer();
                EndpointClientContainer other = new EndpointClientContainer()) {
            client.addObserver(told);
            URI uri = URI.create(server.uri("/") + "?token=secret");
            other.connectToServer(Listener.class, uri).close();
            Session session = client.connectToServer(Listener.class, uri);
            session.getBasicRemote().sendText("hello");
            SessionHarness.await("the echo in " + told.lines, () -> told.has("message in TEXT 5", "callback MESSAGE"));
            assertEquals(List.of("handshake " + NAME + " 101", "opened " + NAME), told.lines.subList(0, 2));
            assertTrue(told.connections.get(0).client());
            assertEquals(session.getId(), told.handshakes.get(0).sessionId());
            assertTrue(told.has("frame out TEXT fin rsv0 5", "message out TEXT 5", "frame in TEXT fin rsv0 5"));
        }
        SessionHarness.await("the end in " + told.lines, () -> told.of("ended").size() == 1);
        assertEquals(1, told.of("handshake").size(), "none of the other client");
        assertTrue(told.lines.stream().noneMatch(line -> line.contains("secret")), told.lines::toString);
    }

    @Test
    void ofHandshakesThatFail() throws Exception {
        int nobody;
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
                });
                EndpointClientContainer client = new EndpointClientContainer()) {
            nobody = server.port();
            client.addObserver(told);
            assertThrows(HandshakeFailedException.class, () -> client.connectToServer(Listener.class, server.uri("/")));
        }
        try (EndpointClientContainer client = new EndpointClientContainer()) {
            client.addObserver(told);
            assertThrows(
                    ConnectFailedException.class,
                    () -> client.connectToServer(Listener.class, URI.create("ws://localhost:" + nobody + "/")));
        }
        assertEquals(List.of("handshake " + NAME + " 403", "handshake " + NAME + " 0"), told.lines);
    }
}
