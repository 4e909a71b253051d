package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callbacks on the transport's own thread may not do: to wait there would hold up every connection of it. */
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

    /**
     * Takes what comes right behind the handshake, and answers it with a Basic send that no socket's buffer takes
     * whole.
     */
    @ServerEndpoint("/opens")
    @EndpointSettings("dispatch=event-loop")
    public static class Opens {
        @OnOpen
        public void opened(Session session) {
            session.getUserProperties().put("opened", "yes");
        }

        @OnMessage
        public void onText(String task, Session session) throws IOException {
            session.getBasicRemote().sendBinary(ByteBuffer.allocate(ANSWER));
            RETURNED.add(task);
            session.getBasicRemote()
                    .sendText(task + " " + session.getUserProperties().get("opened"));
        }
    }

    private static final int ANSWER = 16 << 20;

    /** The tasks whose Basic send has returned. */
    static final BlockingQueue<String> RETURNED = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aBasicSendInACallbackForWhatCameBehindTheHandshakeDoesNotWait(Container container) throws Exception {
        RETURNED.clear();
        Map<String, String> roomy = Map.of("dev.hawser.outboundBytes", "64MiB");
        try (TestServer server = container.start(Application.of(Opens.class).with(roomy));
                RawClient client = new RawClient(server.port())) {
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.writeBytes(RawClient.handshake("/opens").getBytes(StandardCharsets.ISO_8859_1));
            packet.writeBytes(HexFormat.of().parseHex("8182000000006869")); // "hi", masked with zeros
            client.send(packet.toByteArray());
            client.readHead();
            client.upgraded();
            assertEquals("hi", RETURNED.poll(30, TimeUnit.SECONDS), "the send waits for a peer that does not read");
            assertEquals(ANSWER, client.readFrame().payload().length);
            assertEquals("hi yes", client.readFrame().text());
            client.sendText("more");
            assertEquals("more", RETURNED.poll(30, TimeUnit.SECONDS), "the send waits for a peer that does not read");
            assertEquals(ANSWER, client.readFrame().payload().length);
            assertEquals("more yes", client.readFrame().text());
        }
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
