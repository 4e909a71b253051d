package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.injection.InjectionServer.Kind;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.DecoratedObjectFactory;
import org.eclipse.jetty.util.Decorator;
import org.junit.jupiter.api.Test;

/** Where there is neither CDI nor Spring, objects come through the container's own injection. */
class ContainerInjectionTest {
    private static final BlockingQueue<String> LIFE = new LinkedBlockingQueue<>();

    @ServerEndpoint("/plain")
    public static class Plain {
        private String made = "not made";

        @PostConstruct
        public void made() {
            made = "made";
        }

        @PreDestroy
        public void gone() {
            LIFE.add("gone");
        }

        @OnMessage
        public String message(String text) {
            return made;
        }
    }

    @Test
    void tomcatsInstanceManagerCallsPostConstructAndPreDestroy() throws Exception {
        LIFE.clear();
        try (InjectionServer server = Kind.TOMCAT.start((classes, context) -> {}, Plain.class)) {
            try (Talker talker = new Talker(server.uri("/plain"))) {
                assertEquals("made", talker.ask("?"));
            }
            assertEquals("gone", LIFE.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void jettysDecoratorsDecorateAndDestroy() throws Exception {
        LIFE.clear();
        Decorator decorator = new Decorator() {
            @Override
            public <T> T decorate(T object) {
                if (object instanceof Plain plain) {
                    plain.made = "decorated";
                }
                return object;
            }

            @Override
            public void destroy(Object object) {
                if (object instanceof Plain) {
                    LIFE.add("destroyed");
                }
            }
        };
        try (InjectionServer server = Kind.JETTY.start(
                (classes, context) -> ((DecoratedObjectFactory) context.getAttribute(DecoratedObjectFactory.ATTR))
                        .addDecorator(decorator),
                Plain.class)) {
            try (Talker talker = new Talker(server.uri("/plain"))) {
                assertEquals("decorated", talker.ask("?"));
            }
            assertEquals("destroyed", LIFE.poll(30, TimeUnit.SECONDS));
        }
    }
}
