package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EndpointSelectionTest {
    @ServerEndpoint("/one")
    public static final class One {}

    @ServerEndpoint("/two")
    public static final class Two {}

    @ServerEndpoint("/abstract")
    public abstract static class AbstractOne {}

    @ServerEndpoint("/hidden")
    static final class Hidden {}

    public static final class Programmatic extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    public abstract static class AbstractProgrammatic extends Endpoint {}

    /** Takes one annotated class out of what it was shown, and deploys each programmatic endpoint. */
    public static final class AllButTwo implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> endpointClasses) {
            return endpointClasses.stream()
                    .map(type -> ServerEndpointConfig.Builder.create(type, "/" + type.getSimpleName())
                            .build())
                    .collect(Collectors.toSet());
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            scanned.remove(Two.class);
            return scanned;
        }
    }

    public static final class Nulls implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> endpointClasses) {
            return null;
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            Set<Class<?>> two = new LinkedHashSet<>();
            two.add(null);
            two.add(scanned.contains(Two.class) ? Two.class : null);
            return two;
        }
    }

    public static final class Nothing implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> endpointClasses) {
            return Set.of();
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return null;
        }
    }

    public static final class Failing implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> endpointClasses) {
            throw new IllegalStateException("failing");
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned;
        }
    }

    public static final class Unmakeable implements ServerApplicationConfig {
        public Unmakeable(String argument) {}

        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> endpointClasses) {
            return Set.of();
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return scanned;
        }
    }

    private static EndpointSelection select(Class<?>... scanned) throws DeploymentException {
        return EndpointSelection.of(List.of(scanned));
    }

    @Test
    void withoutAnApplicationConfigAllAnnotatedClassesAreDeployed() throws Exception {
        EndpointSelection selection = select(Two.class, Programmatic.class, One.class);

        assertEquals(List.of(One.class, Two.class), List.copyOf(selection.annotated()));
        assertEquals(Set.of(), selection.configured());
    }

    @Test
    void abstractClassesInterfacesAndClassesThatAreNotPublicAreLeftOut() throws Exception {
        assertTrue(select(
                        AbstractOne.class,
                        Hidden.class,
                        AbstractProgrammatic.class,
                        ServerApplicationConfig.class,
                        Endpoint.class)
                .isEmpty());
    }

    @Test
    void anApplicationConfigDecidesAlone() throws Exception {
        EndpointSelection selection = select(One.class, Two.class, Programmatic.class, AllButTwo.class);

        assertEquals(Set.of(One.class), selection.annotated());
        assertEquals(
                List.of("/Programmatic"),
                selection.configured().stream()
                        .map(ServerEndpointConfig::getPath)
                        .toList());
        assertTrue(select(One.class, Nothing.class).isEmpty());
    }

    @Test
    void ofSeveralTheUnionCountsAndNullIsNothing() throws Exception {
        EndpointSelection selection =
                select(One.class, Two.class, Programmatic.class, Nulls.class, AllButTwo.class, Nothing.class);

        assertEquals(Set.of(One.class, Two.class), selection.annotated());
        assertEquals(1, selection.configured().size());
    }

    @Test
    void anApplicationConfigThatFailsIsNamed() {
        for (Class<?> type : List.of(Failing.class, Unmakeable.class)) {
            DeploymentException e = assertThrows(DeploymentException.class, () -> select(type));
            assertTrue(e.getMessage().contains(type.getName()), e.getMessage());
        }
    }

    @Test
    void aSelectionIsDeployedAsAWhole() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.deploy(select(One.class, Programmatic.class, AllButTwo.class));

            test.accept(TestUpgradeRequest.of("/one"));
            test.accept(TestUpgradeRequest.of("/Programmatic"));
        }
    }
}
