package dev.hawser.servers;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/** An application of Spring Boot with the starter, for a server that does not know Spring. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({SpringBootApp.Greetings.class, SpringBootApp.Greeting.class})
public class SpringBootApp extends SpringBootServletInitializer {
    @Component
    public static class Greetings {
        String greet(String name) {
            return "hello " + name;
        }
    }

    @ServerEndpoint("/greeting")
    public static class Greeting {
        private final Greetings greetings;

        public Greeting(Greetings greetings) {
            this.greetings = greetings;
        }

        /** Who is greeted, by which implementation, and a setting of the application's properties. */
        @OnMessage
        public String answer(String name, Session session) {
            return greetings.greet(name) + " " + session.getClass().getName() + " "
                    + session.getMaxTextMessageBufferSize();
        }
    }

    @Override
    protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
        return builder.sources(SpringBootApp.class)
                .properties("spring.main.banner-mode=off", "hawser.max-text-message-size=128KB");
    }
}
