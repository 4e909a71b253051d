package dev.hawser.benchmarks.contestant;

import dev.hawser.redis.RedisBackplane;
import dev.hawser.servlet.HawserInitializer;
import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.Topics;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes on one Jetty, whose topics are connected through Redis ({@code contestant.redis}). All sessions are of the
 * one, and all messages are published on the other one. So the processor time includes what the publisher does for its
 * client of Redis, once for each message.
 */
public final class HawserBehindRedis implements Server {
    private static final long POLL_NANOS = 1_000_000;

    private static volatile @Nullable Topics publisher;

    /** What {@link TopicEndpoint} is on one node: publishes each message, but on the other node. */
    @ServerEndpoint("/topic")
    public static class DistantTopicEndpoint {
        /** Subscribes the session. */
        @OnOpen
        public void open(Session session) {
            Topics.of(session).subscribe(session, "all");
        }

        /** Publishes the message; the sender gets it, too. */
        @OnMessage(maxMessageSize = Endpoints.MEDIUM)
        public void text(String message) {
            Topics other = publisher;
            if (other == null) {
                throw new IllegalStateException("the other node was not started");
            }
            other.publish("all", message);
        }
    }

    @Override
    public Ports start() throws Exception {
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        JettyOwn.connectors(server);
        ServletContextHandler receiving = context("/", DistantTopicEndpoint.class);
        ServletContextHandler publishing = context("/publisher");
        server.setHandler(new ContextHandlerCollection(receiving, publishing));
        server.start();
        connected(receiving);
        publisher = connected(publishing);
        return JettyOwn.ports(server);
    }

    private static ServletContextHandler context(String path, Class<?>... endpoints) {
        ServletContextHandler context = new ServletContextHandler(path);
        context.addServletContainerInitializer(new HawserInitializer(), endpoints);
        return context;
    }

    private static Topics connected(ServletContextHandler context) throws InterruptedException {
        Topics topics = ServletTopics.of(context.getServletContext());
        topics.connect(new RedisBackplane(System.getProperty("contestant.redis")));
        while (!topics.backplane().connected()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while the node connects to Redis");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return topics;
    }
}
