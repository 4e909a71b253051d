package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Topics;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Topics over real sockets, on each container. */
class TopicContainersTest {
    private static final String LONG = "long ".repeat(2000);

    /** The chat of docs/topics.md. */
    @ServerEndpoint("/chat/{room}")
    public static class Chat {
        @OnOpen
        public void open(Session session, @PathParam("room") String room) {
            Topics.of(session).subscribe(session, "room/" + room);
        }

        @OnMessage
        public void said(Session session, @PathParam("room") String room, String text) {
            Topics.of(session)
                    .publish("room/" + room, text, PublishOptions.toAll().except(session));
        }
    }

    /** Publishes what it is asked to, and answers to how many. */
    static final class Publisher extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Topics topics = ServletTopics.of(getServletContext());
            int delivered = 0;
            String[] texts = request.getParameterValues("text");
            for (String text : texts == null ? new String[0] : texts) {
                delivered += topics.publish(request.getParameter("topic"), text.equals("LONG") ? LONG : text)
                        .toCompletableFuture()
                        .join()
                        .delivered();
            }
            byte[] answer = (delivered + " " + topics.subscribers(request.getParameter("topic")))
                    .getBytes(StandardCharsets.UTF_8);
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void whatIsPublishedReachesTheRoomInOrderAndNobodyElse(Container container) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = container.start(Application.of(Chat.class).with(new Publisher()))) {
            for (int i = 0; i < 20; i++) {
                clients.add(server.connect("/chat/7").upgraded());
            }
            RawClient elsewhere = server.connect("/chat/8").upgraded();
            clients.add(elsewhere);
            awaitSubscribers(server, "room/7", 20);
            awaitSubscribers(server, "room/8", 1);
            clients.get(0).sendText("hello");
            for (RawClient listener : clients.subList(1, 20)) {
                assertEquals("hello", listener.readFrame().text());
            }
            String asked = "/?topic=room/7" + "&text=a".repeat(50) + "&text=LONG&text=end";
            assertEquals(52 * 20 + " 20", get(server, asked));
            for (RawClient listener : clients.subList(0, 20)) {
                for (int i = 0; i < 50; i++) {
                    assertEquals("a", listener.readFrame().text());
                }
                assertEquals(LONG, listener.readFrame().text());
                assertEquals("end", listener.readFrame().text());
            }
            clients.get(1).sendFrame(0x88, new byte[] {3, (byte) 0xE8});
            clients.get(2).reset();
            awaitSubscribers(server, "room/7", 18);
            assertEquals("1 1", get(server, "/?topic=room/8&text=only"));
            assertEquals("only", elsewhere.readFrame().text());
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static void awaitSubscribers(TestServer server, String topic, int count) throws IOException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (subscribers(server, topic) != count) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + count + " subscribers of " + topic);
        }
    }

    private static int subscribers(TestServer server, String topic) throws IOException {
        String answer = get(server, "/?topic=" + topic + "");
        return Integer.parseInt(answer.substring(answer.indexOf(' ') + 1));
    }

    private static String get(TestServer server, String target) throws IOException {
        try (RawClient http = new RawClient(server.port())) {
            http.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertTrue(http.readHead().contains(" 200 "), http.head());
            return http.readBody();
        }
    }
}
