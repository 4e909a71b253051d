package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.injection.InjectionServer.Kind;
import jakarta.servlet.ServletContainerInitializer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Endpoints, coders and configurators get what CDI offers, with Weld and with OpenWebBeans, and without a line of
 * configuration.
 */
class CdiTest {
    private static final Class<?>[] ENDPOINTS = {
        Beans.Everything.class,
        Beans.Scoped.class,
        Beans.Coders.class,
        Beans.OwnInstances.class,
        Beans.Configured.class,
        Beans.Who.class
    };

    @BeforeEach
    void nothingWasMade() {
        Beans.LIFE.clear();
        Beans.InjectedClient.TOLD.clear();
    }

    private static ServletContainerInitializer cdi() {
        return (classes, context) -> Cdi.addTo(context);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theImplementationIsTheOneOfThisRun(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS);
                Talker talker = new Talker(server.uri("/who"))) {
            String running = talker.ask("?");
            assertTrue(Cdi.has(running), running);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEndpointIsInjectedInterceptedAndDestroyedWithItsSession(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS)) {
            try (Talker talker = new Talker(server.uri("/everything"))) {
                assertEquals("made", Beans.LIFE.poll(30, TimeUnit.SECONDS));
                assertEquals("hello hello hello a 2!", talker.ask("a"));
                assertEquals(
                        "hello hello hello b 2!", talker.ask("b"), "each callback has a request context of its own");
                assertEquals(0, Beans.LIFE.size());
            }
            assertEquals("gone", Beans.LIFE.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anApplicationScopedEndpointIsOneForAllSessions(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS)) {
            try (Talker one = new Talker(server.uri("/scoped"));
                    Talker other = new Talker(server.uri("/scoped"))) {
                assertEquals("hello a 1", one.ask("a"));
                assertEquals("hello b 2", other.ask("b"));
            }
            assertEquals(0, Beans.LIFE.size());
        }
        assertEquals("scoped gone", Beans.LIFE.poll(30, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aScopedEndpointGetsAnotherEndpointByFieldMethodAndConstructor(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(
                cdi(),
                ScopedEndpoints.Injected.class,
                ScopedEndpoints.ByField.class,
                ScopedEndpoints.ByMethod.class,
                ScopedEndpoints.ByConstructor.class)) {
            for (String path : List.of("/injected", "/by-field", "/by-method", "/by-constructor")) {
                try (Talker talker = new Talker(server.uri(path))) {
                    assertEquals("hi answered", talker.ask("hi"), path);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void decoratorsDecorateWhatIsInjectedAndEndpointsThatAreBeans(Kind kind) throws Exception {
        try (InjectionServer server =
                        kind.start(cdi(), Decorated.WithBean.class, Decorated.Each.class, Decorated.Scoped.class);
                Talker bean = new Talker(server.uri("/decorated-bean"));
                Talker each = new Talker(server.uri("/decorated"));
                Talker scoped = new Talker(server.uri("/decorated-scoped"))) {
            assertEquals("please write", bean.ask("write"));
            assertEquals("please write, signed", each.ask("write"));
            assertEquals("write, signed", scoped.ask("write"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void codersAreInjectedAndDestroyed(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS)) {
            try (Talker talker = new Talker(server.uri("/coders"))) {
                assertEquals("hello hello a", talker.ask("a"));
            }
            assertEquals("decoder gone", Beans.LIFE.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anOwnConfiguratorWins(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS);
                Talker talker = new Talker(server.uri("/own"))) {
            assertEquals("greeter null", talker.ask("a"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConfiguratorIsInjectedThoughItIsMadeBeforeCdiHasStarted(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS);
                Talker talker = new Talker(server.uri("/configured"))) {
            assertEquals("hello you", talker.ask("a"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aClientEndpointAndItsConfiguratorAreInjected(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), ENDPOINTS)) {
            try (dev.hawser.internal.client.EndpointClientContainer container =
                    new dev.hawser.internal.client.EndpointClientContainer()) {
                server.inApplication(
                        () -> container.connectToServer(Beans.InjectedClient.class, server.uri("/scoped")));
                assertEquals("hello configurator", Beans.InjectedClient.TOLD.poll(30, TimeUnit.SECONDS));
                assertEquals("hello client", Beans.InjectedClient.TOLD.poll(30, TimeUnit.SECONDS));
            }
            assertEquals("client gone", Beans.LIFE.poll(30, TimeUnit.SECONDS));
        }
    }
}
