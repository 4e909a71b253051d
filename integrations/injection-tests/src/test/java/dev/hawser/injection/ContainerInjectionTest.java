package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.injection.InjectionServer.Kind;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.HashSet;
import java.util.Set;
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
    void tomcatsInstanceManagerGivesResourcesToEndpointsCodersAndConfigurators() throws Exception {
        TomcatResources.LIFE.clear();
        try (InjectionServer server = Kind.TOMCAT.start((classes, context) -> {}, TomcatResources.Endpoint.class)) {
            for (int i = 0; i < 2; i++) {
                try (Talker talker = new Talker(server.uri("/resources"))) {
                    assertEquals("hello at noon, hello you, hello", talker.ask("you"));
                }
                Set<String> gone = new HashSet<>();
                gone.add(TomcatResources.LIFE.poll(30, TimeUnit.SECONDS));
                gone.add(TomcatResources.LIFE.poll(30, TimeUnit.SECONDS));
                assertEquals(Set.of("endpoint gone", "decoder gone"), gone);
            }
        }
        assertEquals(0, TomcatResources.LIFE.size());
    }

    @Test
    void whatTomcatCannotInjectRefusesTheHandshakeAndIsNamedOnce() throws Exception {
        try (HawserLog log = HawserLog.record();
                InjectionServer server = Kind.TOMCAT.start(
                        (classes, context) -> {},
                        TomcatResources.Missing.class,
                        TomcatResources.Failing.class,
                        TomcatResources.WithFailingConfigurator.class)) {
            try (Talker talker = new Talker(server.uri("/configurator"))) {
                assertEquals("hi", talker.ask("hi"));
            }
            String configurator = log.only();
            assertTrue(
                    configurator.startsWith(TomcatResources.FailingConfigurator.class.getName()
                            + " was made during deployment, and could not be injected into later:"
                            + " IllegalStateException: no licence\n"),
                    configurator);
            assertEquals(500, Refusal.status(server.uri("/missing")));
            assertNotMade(log, TomcatResources.Missing.class, "NameNotFoundException: ", "nowhere");
            assertEquals(500, Refusal.status(server.uri("/failing")));
            assertNotMade(log, TomcatResources.Failing.class, "IllegalStateException: ", "no licence");
        }
    }

    private static void assertNotMade(HawserLog log, Class<?> type, String exception, String reason) {
        String told = log.only();
        assertTrue(told.startsWith("The opening handshake for " + type.getName() + " failed"), told);
        assertTrue(told.contains("No object of " + type.getName() + " can be made: " + exception), told);
        assertTrue(told.contains(reason), told);
    }

    @Test
    void aDecoratorOfJettysThatThrowsRefusesTheHandshakeAndTheClassIsNamedOnce() throws Exception {
        Decorator failing = new Decorator() {
            @Override
            public <T> T decorate(T object) {
                if (object instanceof Plain) {
                    throw new IllegalStateException("no licence");
                }
                return object;
            }

            @Override
            public void destroy(Object object) {}
        };
        try (HawserLog log = HawserLog.record();
                InjectionServer server = Kind.JETTY.start(
                        (classes, context) -> ((DecoratedObjectFactory)
                                        context.getAttribute(DecoratedObjectFactory.ATTR))
                                .addDecorator(failing),
                        Plain.class)) {
            assertEquals(500, Refusal.status(server.uri("/plain")));
            assertNotMade(log, Plain.class, "IllegalStateException: ", "no licence");
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
