package dev.hawser.benchmarks.micro;

import dev.hawser.CloseCause;
import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.EstablishedHandshake;
import dev.hawser.internal.session.SessionUri;
import dev.hawser.internal.session.WebSocketSession;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One server session with an echoing endpoint on a {@link MemoryTransport}: exactly what Hawser does for a message. */
final class EchoConnection implements AutoCloseable {
    private static final int LARGEST = 4 << 20;

    /** Echoes every message. */
    @ServerEndpoint("/echo")
    public static class Echo {
        /** A text. */
        @OnMessage
        public String text(String message) {
            return message;
        }

        /** A binary message. */
        @OnMessage
        public byte[] binary(byte[] message) {
            return message;
        }
    }

    private final MemoryTransport transport = new MemoryTransport();
    private final ContainerRuntime runtime;
    private final WebSocketConnection connection;

    EchoConnection(Dispatch dispatch) {
        Settings settings = Settings.builder()
                .set(Setting.DISPATCH, dispatch)
                .set(Setting.MAX_TEXT_MESSAGE_SIZE, LARGEST)
                .set(Setting.MAX_BINARY_MESSAGE_SIZE, LARGEST)
                .build();
        runtime = new ContainerRuntime(
                "benchmark", settings, EchoConnection.class.getClassLoader(), Runnable::run, () -> {
                    throw new IllegalStateException("no container here");
                });
        WebSocketSession session = WebSocketSession.of(
                runtime,
                new EstablishedHandshake(
                        Role.SERVER,
                        plan(),
                        Component.of(new Echo()),
                        Components.plain(),
                        ServerEndpointConfig.Builder.create(Echo.class, "/echo").build(),
                        settings,
                        SessionUri.of(URI.create("ws://localhost/echo")),
                        Map.of(),
                        null,
                        "",
                        List.of(),
                        List.of(),
                        null));
        connection = session.connection();
        connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
    }

    private static EndpointPlan plan() {
        try {
            return EndpointPlan.of(Echo.class, Set.of(), List.of(), List.of());
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads what arrives and returns when {@code expected} bytes have been written in answer. */
    long exchange(byte[] frames, long expected) {
        long before = transport.written();
        transport.arrive(frames);
        while (transport.written() - before < expected) {
            if (transport.takeReadable()) {
                connection.transportListener().onReadable();
            } else {
                Thread.onSpinWait();
            }
        }
        return before;
    }

    @Override
    public void close() {
        connection.cut("the benchmark is over", CloseCause.STOPPED);
        runtime.close(Duration.ofSeconds(1));
    }
}
