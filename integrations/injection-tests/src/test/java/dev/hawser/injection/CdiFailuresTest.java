package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.HandshakeFailedException;
import dev.hawser.injection.InjectionServer.Kind;
import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.websocket.DeploymentException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * If CDI cannot make an object, the peer is refused, and the log says once which class it is and what the first cause
 * was; with Weld and with OpenWebBeans.
 */
class CdiFailuresTest {
    private final HawserLog log = HawserLog.record();

    @AfterEach
    void close() {
        log.close();
    }

    private static ServletContainerInitializer cdi() {
        return (classes, context) -> Cdi.addTo(context);
    }

    private void assertRefused(InjectionServer server, String path, Class<?> endpoint, String reason) {
        assertEquals(500, Refusal.status(server.uri(path)), path);
        String told = log.only();
        assertTrue(
                told.startsWith("The opening handshake for " + endpoint.getName() + " failed in the application's code"
                        + "\njava.lang.InstantiationException: No object of " + endpoint.getName() + " can be made: "),
                told);
        assertTrue(told.contains(reason), told);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConstructorThatThrowsRefusesTheHandshakeInEachScope(Kind kind) throws Exception {
        List<Class<?>> endpoints = List.of(
                Unmakeable.Constructor.class, Unmakeable.ScopedConstructor.class, Unmakeable.PlainConstructor.class);
        try (InjectionServer server = kind.start(cdi(), endpoints.toArray(Class<?>[]::new))) {
            assertRefused(server, "/constructor", endpoints.get(0), ": IllegalStateException: no licence");
            assertRefused(server, "/scoped-constructor", endpoints.get(1), ": IllegalStateException: no licence");
            assertRefused(server, "/plain-constructor", endpoints.get(2), ": IllegalStateException: no licence");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aMissingDependencyAndAFailingPostConstructRefuseTheHandshake(Kind kind) throws Exception {
        try (InjectionServer server =
                kind.start(cdi(), Unmakeable.Dependency.class, Unmakeable.AfterConstruction.class)) {
            assertRefused(server, "/dependency", Unmakeable.Dependency.class, "Nowhere");
            assertRefused(
                    server,
                    "/post-construct",
                    Unmakeable.AfterConstruction.class,
                    ": IllegalStateException: no licence");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConstructorChoosesTheAnswerInEachScope(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), Unmakeable.Teapot.class, Unmakeable.ScopedTeapot.class)) {
            assertEquals(418, Refusal.status(server.uri("/teapot")));
            assertEquals(418, Refusal.status(server.uri("/scoped-teapot")));
            log.assertSilent();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aCoderEndsTheSessionThatNeedsIt(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), Unmakeable.WithBadCoder.class);
                Talker talker = new Talker(server.uri("/coder"))) {
            assertEquals("closed 1011", talker.next());
            String told = log.only();
            assertTrue(
                    told.contains("InstantiationException: No object of " + Unmakeable.BadDecoder.class.getName()
                            + " can be made: "),
                    told);
            assertTrue(told.contains("Nowhere"), told);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConfiguratorIsNamedOnceAndServesWithoutWhatItLacks(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), Unmakeable.WithBadConfigurator.class)) {
            for (int i = 0; i < 3; i++) {
                try (Talker talker = new Talker(server.uri("/configurator"))) {
                    assertEquals("hi", talker.ask("hi"));
                }
            }
            String told = log.only();
            assertTrue(
                    told.startsWith(Unmakeable.BadConfigurator.class.getName()
                            + " was made during deployment, and could not be injected into later: "),
                    told);
            assertTrue(told.lines().findFirst().orElseThrow().contains("Nowhere"), told);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aClientEndpointFailsItsConnect(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), Beans.Who.class);
                EndpointClientContainer container = new EndpointClientContainer()) {
            DeploymentException failed = assertThrows(
                    DeploymentException.class,
                    () -> server.inApplication(
                            () -> container.connectToServer(Unmakeable.Client.class, server.uri("/who"))));
            String message = failed.getMessage();
            assertTrue(
                    message.startsWith("No object of " + Unmakeable.Client.class.getName() + " can be made: "),
                    message);
            assertTrue(message.contains("Nowhere"), message);
        }
        log.assertSilent();
    }

    /**
     * CDI checks its beans when it starts, and says itself what is missing. In a class loader of its own, because
     * OpenWebBeans keeps what it had begun for that of the application.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEndpointThatIsABeanWithoutItsDependencyKeepsTheApplicationFromStarting(Kind kind) throws Exception {
        Unmakeable.Choice.wanted = true;
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new URLClassLoader(new URL[0], before));
        try (InjectionServer server = kind.start(cdi(), Unmakeable.BeanWithDependency.class)) {
            assertEquals(404, Refusal.status(server.uri("/bean")), "Tomcat starts, but not the application");
            assertEquals(Kind.TOMCAT, kind);
        } catch (HandshakeFailedException e) {
            throw e;
        } catch (Exception e) {
            assertEquals(Kind.JETTY, kind, "Jetty does not start");
            assertTrue(String.valueOf(e.getMessage()).contains("Nowhere"), e::toString);
        } finally {
            thread.setContextClassLoader(before);
            Unmakeable.Choice.wanted = false;
        }
        log.assertSilent();
    }
}
