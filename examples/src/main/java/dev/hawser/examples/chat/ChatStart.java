package dev.hawser.examples.chat;

import dev.hawser.redis.RedisBackplane;
import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.Topics;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Says how the rooms behave, and connects them with those of other nodes if the system property {@code demo.redis}
 * names a Redis. Only then the class of the backplane is needed, which the WAR does not contain.
 */
@WebListener
public final class ChatStart implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        Topics topics = ServletTopics.of(event.getServletContext());
        Room.configure(topics);
        String redis = System.getProperty("demo.redis");
        if (redis != null) {
            topics.connect(new RedisBackplane(redis));
        }
    }
}
