package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.injection.InjectionServer.Kind;
import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/** Endpoints in an application with a root WebApplicationContext. */
class SpringTest {
    private static final BlockingQueue<String> LIFE = new LinkedBlockingQueue<>();

    public static class Greeter {
        String greet(String name) {
            return "hello " + name;
        }
    }

    /** A bean: one for all sessions. */
    @ServerEndpoint("/bean")
    public static class Bean {
        private final AtomicInteger messages = new AtomicInteger();
        private final Greeter greeter;

        @Autowired
        public Bean(Greeter greeter) {
            this.greeter = greeter;
        }

        @OnMessage
        public String message(String text) {
            return greeter.greet(text) + " " + messages.incrementAndGet();
        }
    }

    /** No bean: one for each session. */
    @ServerEndpoint("/autowired")
    public static class Autowiring {
        @Autowired
        Greeter greeter;

        private final AtomicInteger messages = new AtomicInteger();

        @PreDestroy
        public void gone() {
            LIFE.add("gone");
        }

        @OnMessage
        public String message(String text) {
            return greeter.greet(text) + " " + messages.incrementAndGet();
        }
    }

    /** What docs/injection.md shows. */
    @Configuration
    public static class TopicsBean {
        @org.springframework.context.annotation.Bean
        public Topics topics(ServletContext context) {
            return ServletTopics.of(context);
        }
    }

    @ServerEndpoint("/news")
    public static class News {
        private final Topics topics;

        @Autowired
        public News(Topics topics) {
            this.topics = topics;
        }

        @OnMessage
        public void message(String text, Session session) {
            topics.subscribe(session, "news");
            topics.publish("news", text);
        }
    }

    private static ServletContainerInitializer spring() {
        AnnotationConfigWebApplicationContext root = new AnnotationConfigWebApplicationContext();
        root.register(Greeter.class, Bean.class, TopicsBean.class);
        return (classes, context) -> context.addListener(new ContextLoaderListener(root));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aBeanIsUsedAndAnyOtherClassIsAutowired(Kind kind) throws Exception {
        LIFE.clear();
        try (InjectionServer server = kind.start(spring(), Bean.class, Autowiring.class)) {
            try (Talker one = new Talker(server.uri("/bean"));
                    Talker other = new Talker(server.uri("/bean"));
                    Talker third = new Talker(server.uri("/autowired"));
                    Talker fourth = new Talker(server.uri("/autowired"))) {
                assertEquals("hello a 1", one.ask("a"));
                assertEquals("hello b 2", other.ask("b"));
                assertEquals("hello c 1", third.ask("c"));
                assertEquals("hello d 1", fourth.ask("d"));
                assertEquals(0, LIFE.size());
            }
            assertEquals("gone", LIFE.poll(30, TimeUnit.SECONDS));
            assertEquals("gone", LIFE.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void topicsAreABeanByOneMethod(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(spring(), News.class);
                Talker talker = new Talker(server.uri("/news"))) {
            assertEquals("rain", talker.ask("rain"));
        }
    }

    @Test
    void theSnippetOfThePageIsInThisTest() throws IOException {
        Matcher snippet = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/injection.md")));
        assertTrue(snippet.find());
        String code = Files.readString(Path.of("src/test/java/dev/hawser/injection/SpringTest.java"));
        assertTrue(code.replaceAll("\\s+", "").contains(snippet.group(1).replaceAll("\\s+", "")), snippet.group(1));
        assertFalse(snippet.find());
    }
}
