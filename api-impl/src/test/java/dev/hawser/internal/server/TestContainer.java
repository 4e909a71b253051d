package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hawser.Settings;
import dev.hawser.internal.session.ContainerRuntime;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A server container without servlets or sockets. */
final class TestContainer implements AutoCloseable {
    final EndpointServerContainer container;

    TestContainer() {
        this(Settings.defaults());
    }

    TestContainer(Settings settings) {
        container = new EndpointServerContainer(
                self -> new ContainerRuntime("hawser-test", settings, getClass().getClassLoader(), Runnable::run, self),
                () -> {
                    throw new UnsupportedOperationException("no client here");
                },
                null);
    }

    UpgradeDecision.Accepted accept(UpgradeRequest request) {
        return assertInstanceOf(UpgradeDecision.Accepted.class, container.upgrade(request));
    }

    UpgradeDecision.Rejected reject(UpgradeRequest request) {
        return assertInstanceOf(UpgradeDecision.Rejected.class, container.upgrade(request));
    }

    /** Deploys {@link Programmatic} at {@code /p}. */
    TestContainer with(ServerEndpointConfig.Configurator configurator, Consumer<ServerEndpointConfig.Builder> more)
            throws Exception {
        ServerEndpointConfig.Builder builder =
                ServerEndpointConfig.Builder.create(Programmatic.class, "/p").configurator(configurator);
        more.accept(builder);
        container.addEndpoint(builder.build());
        return this;
    }

    TestContainer with(ServerEndpointConfig.Configurator configurator) throws Exception {
        return with(configurator, builder -> {});
    }

    /** A configurator that does something in modifyHandshake only. */
    static ServerEndpointConfig.Configurator modify(BiConsumer<HandshakeRequest, HandshakeResponse> what) {
        return new ServerEndpointConfig.Configurator() {
            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                what.accept(request, response);
            }
        };
    }

    @Override
    public void close() {
        container.runtime().close(Duration.ofMillis(10));
    }

    /** A programmatic endpoint that does nothing. */
    public static final class Programmatic extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    /** An annotated endpoint that does nothing. */
    @ServerEndpoint("/good")
    public static final class Good {
        @OnMessage
        public void onMessage(String message) {}
    }

    record Named(String name, Map<String, String> values) implements Extension {
        static Extension of(String name) {
            return new Named(name, Map.of());
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public List<Parameter> getParameters() {
            return values.entrySet().stream()
                    .map(entry -> (Parameter) new Parameter() {
                        @Override
                        public String getName() {
                            return entry.getKey();
                        }

                        @Override
                        public String getValue() {
                            return entry.getValue();
                        }
                    })
                    .toList();
        }
    }
}
