package dev.hawser.brokers;

import dev.hawser.Setting;
import dev.hawser.servlet.HawserInitializer;
import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * One node: a real Jetty with one endpoint. Its topics are connected over a broker; those below kept/ have a history,
 * those below local/ one that goes on while the broker is away, and those below who/ members.
 */
public final class Node implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    public final Topics topics;

    /** Subscribes each session to the topic that its address names, and lets it join if it says as whom. */
    @ServerEndpoint(value = "/{kind}/{name}", subprotocols = "hawser.topics.v1")
    public static class Room {
        /** It is subscribed when this returns. */
        @OnOpen
        public void open(Session session, @PathParam("kind") String kind, @PathParam("name") String name) {
            List<String> member = session.getRequestParameterMap().get("member");
            if (member == null) {
                Topics.of(session).subscribe(session, kind + "/" + name);
            } else {
                Topics.of(session).join(session, kind + "/" + name, member.get(0));
            }
        }

        /** Sends a text back, so that its client knows that it is subscribed. */
        @OnMessage
        public String said(String text) {
            return text;
        }
    }

    /** @param connect connects its topics */
    public Node(Consumer<Topics> connect) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setInitParameter("dev.hawser." + Setting.TOPIC_BACKPLANE_TIMEOUT.name(), "2s");
        context.addServletContainerInitializer(new HawserInitializer(), Room.class);
        server.setHandler(context);
        server.start();
        topics = ServletTopics.of(context.getServletContext());
        topics.configure("kept/*", TopicOptions.live().history(10_000, Duration.ofMinutes(5)));
        topics.configure(
                "local/*",
                TopicOptions.live().history(10_000, Duration.ofMinutes(5)).localWhileAway());
        topics.configure("who/*", TopicOptions.live().presence(100));
        connect.accept(topics);
    }

    /** Where clients of a topic connect. */
    public URI uri(String topic) {
        return URI.create("ws://127.0.0.1:" + connector.getLocalPort() + "/" + topic);
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
