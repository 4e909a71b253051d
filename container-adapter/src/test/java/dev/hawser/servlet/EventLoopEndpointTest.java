package dev.hawser.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** What callbacks on Jetty's own selector thread may not do: to wait there would hold up every connection of it. */
class EventLoopEndpointTest {
    /** Does what the message says, and answers with what came of it. */
    @ServerEndpoint("/loop")
    @EndpointSettings("dispatch=event-loop")
    public static class OnTheLoop {
        @OnMessage
        public String onText(String task, Session session) {
            try {
                String[] words = task.split(" ");
                switch (words[0]) {
                    case "connect" -> connect(session.getContainer(), words[1]);
                    case "connect-standalone" -> connect(ContainerProvider.getWebSocketContainer(), words[1]);
                    case "stream" ->
                        session.addMessageHandler(InputStream.class, (MessageHandler.Whole<InputStream>) message -> {});
                    case "reader" ->
                        session.addMessageHandler(Reader.class, (MessageHandler.Whole<Reader>) message -> {});
                    default -> {
                        return task;
                    }
                }
                return "done";
            } catch (Exception e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }

        private static void connect(WebSocketContainer container, String uri) throws Exception {
            container.connectToServer(new Client(), URI.create(uri)).close();
        }
    }

    @ClientEndpoint
    public static class Client {
        @OnMessage
        public void onText(String message) {}
    }

    private static String answer(RawClient client, String task) throws Exception {
        client.sendText(task);
        return client.readFrame().text();
    }

    @Test
    void aConnectIsRefusedAtOnceByEitherContainer() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", OnTheLoop.class).start();
                RawClient client = server.connect("/loop").upgraded()) {
            // To the very server: its one selector thread would wait for itself.
            String uri = "ws://127.0.0.1:" + server.port() + "/loop";
            for (String task : new String[] {"connect ", "connect-standalone "}) {
                String answer = answer(client, task + uri);
                assertTrue(answer.startsWith("IllegalStateException: connectToServer waits"), answer);
                assertTrue(answer.contains("event-loop"), answer);
            }
            assertEquals("still here", answer(client, "still here"));
        }
    }

    @Test
    void aHandlerThatReadsAStreamIsRefusedAtRunTimeToo() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", OnTheLoop.class).start();
                RawClient client = server.connect("/loop").upgraded()) {
            String stream = answer(client, "stream");
            assertTrue(stream.startsWith("IllegalStateException: Message handler "), stream);
            assertTrue(stream.contains("java.io.InputStream") && stream.contains("event-loop"), stream);
            String reader = answer(client, "reader");
            assertTrue(reader.contains("java.io.Reader") && reader.contains("event-loop"), reader);
            assertEquals("still here", answer(client, "still here"));
        }
    }
}
