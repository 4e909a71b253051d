package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.injection.InjectionServer.Kind;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/** If Spring cannot make an object, the peer is refused, and the log says once which class it is and why. */
class SpringFailuresTest {
    private final HawserLog log = HawserLog.record();

    /** There is no such bean. */
    public interface Nowhere {}

    /** Not a bean; or a bean of each scope in which it is made late. */
    @ServerEndpoint("/dependency")
    public static class Dependency {
        @Autowired
        Nowhere nowhere;

        @OnMessage
        public void message(String text) {}
    }

    @Scope("prototype")
    @ServerEndpoint("/prototype")
    public static class Prototype extends Dependency {}

    @Lazy
    @ServerEndpoint("/lazy")
    public static class LazyBean extends Dependency {}

    @ServerEndpoint("/constructor")
    public static class Constructor {
        public Constructor() {
            throw new IllegalStateException("no licence");
        }

        @OnMessage
        public void message(String text) {}
    }

    @Scope("prototype")
    @ServerEndpoint("/teapot")
    public static class Teapot {
        public Teapot() {
            throw new HandshakeRejectedException(418, "short and stout");
        }

        @OnMessage
        public void message(String text) {}
    }

    public static class BadConfigurator extends ServerEndpointConfig.Configurator {
        @Autowired
        Nowhere nowhere;
    }

    @ServerEndpoint(value = "/configurator", configurator = BadConfigurator.class)
    public static class WithBadConfigurator {
        @OnMessage
        public String message(String text) {
            return text;
        }
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static ServletContainerInitializer spring(Class<?>... beans) {
        AnnotationConfigWebApplicationContext root = new AnnotationConfigWebApplicationContext();
        root.register(SpringTest.Greeter.class);
        Arrays.stream(beans).forEach(root::register);
        return (classes, context) -> context.addListener(new ContextLoaderListener(root));
    }

    private void assertRefused(InjectionServer server, String path, Class<?> endpoint, String reason) {
        assertEquals(500, Refusal.status(server.uri(path)), path);
        String told = log.only();
        assertTrue(told.contains("No object of " + endpoint.getName() + " can be made: " + reason), told);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theHandshakeIsRefusedAndTheReasonTold(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(
                spring(Prototype.class, LazyBean.class),
                Dependency.class,
                Prototype.class,
                LazyBean.class,
                Constructor.class)) {
            String missing =
                    "NoSuchBeanDefinitionException: No qualifying bean of type '" + Nowhere.class.getName() + "'";
            assertRefused(server, "/prototype", Prototype.class, missing);
            assertRefused(server, "/lazy", LazyBean.class, missing);
            assertRefused(server, "/constructor", Constructor.class, "IllegalStateException: no licence");
        }
        try (InjectionServer server = kind.start(spring(), Dependency.class)) {
            assertRefused(server, "/dependency", Dependency.class, "NoSuchBeanDefinitionException: ");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConstructorChoosesTheAnswer(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(spring(Teapot.class), Teapot.class)) {
            assertEquals(418, Refusal.status(server.uri("/teapot")));
            log.assertSilent();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConfiguratorIsNamedOnce(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(spring(), WithBadConfigurator.class)) {
            for (int i = 0; i < 2; i++) {
                try (Talker talker = new Talker(server.uri("/configurator"))) {
                    assertEquals("hi", talker.ask("hi"));
                }
            }
            String told = log.only();
            assertTrue(
                    told.startsWith(BadConfigurator.class.getName()
                            + " was made during deployment, and could not be injected into later:"
                            + " NoSuchBeanDefinitionException: "),
                    told);
        }
    }

    /** Spring makes its singletons when it starts, and says itself what is missing. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSingletonWithoutItsDependencyKeepsTheApplicationFromStarting(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(spring(Dependency.class), Dependency.class)) {
            assertEquals(404, Refusal.status(server.uri("/dependency")), "Tomcat starts, but not the application");
            assertEquals(Kind.TOMCAT, kind);
        } catch (HandshakeFailedException e) {
            throw e;
        } catch (Exception e) {
            assertEquals(Kind.JETTY, kind, "Jetty does not start");
            assertTrue(String.valueOf(e.getMessage()).contains(Nowhere.class.getName()), e::toString);
        }
        log.assertSilent();
    }
}
