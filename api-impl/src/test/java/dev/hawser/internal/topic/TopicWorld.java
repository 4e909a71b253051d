package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.EstablishedHandshake;
import dev.hawser.internal.session.SessionUri;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A container in memory, with real sessions over transports that the test holds in its hand. */
final class TopicWorld implements AutoCloseable {
    private static final long SOON = Duration.ofSeconds(30).toNanos();

    private final ExecutorService executor = Executors.newCachedThreadPool();
    final ContainerRuntime runtime;
    final Settings settings;

    TopicWorld(Settings settings) {
        this.settings = settings;
        this.runtime = new ContainerRuntime(
                "test", settings, TopicWorld.class.getClassLoader(), Components.plain(), executor, () -> {
                    throw new IllegalStateException("no container here");
                });
    }

    TopicWorld() {
        this(Settings.defaults());
    }

    /** An endpoint that does nothing, and asks for no callback but onOpen, after which it is known to be open. */
    @ServerEndpoint("/quiet")
    public static class Quiet {
        @OnOpen
        public void open(Session session) {}
    }

    /** One peer and its session. */
    static final class Peer {
        final FakeTransport transport = new FakeTransport();
        final WebSocketConnection connection;
        private final WebSocketSession session;

        private Peer(WebSocketSession session) {
            this.session = session;
            this.connection = session.connection();
        }

        WebSocketSession session() {
            return session;
        }

        /** What it has received, such as {@code text:hello} and {@code close:1000}. */
        List<String> received() {
            return frames(transport.written());
        }

        void sends(Opcode opcode, byte[] payload) {
            ByteBuffer bytes = ByteBuffer.allocate(FrameWriter.LONGEST_HEADER + payload.length);
            new FrameWriter(Role.CLIENT, () -> 0x12345678).putFrame(bytes, true, 0, opcode, payload, 0, payload.length);
            byte[] frame = new byte[bytes.flip().remaining()];
            bytes.get(frame);
            transport.arrive(frame);
            do {
                connection.transportListener().onReadable();
            } while (transport.takeReadable());
        }
    }

    Peer connect() {
        return connect(new Quiet());
    }

    Peer connect(Object endpoint, NegotiatedExtension... extensions) {
        return connect(endpoint, "", "", extensions);
    }

    Peer connect(Object endpoint, String subprotocol, String query, NegotiatedExtension... extensions) {
        Peer peer = new Peer(WebSocketSession.of(
                runtime,
                new EstablishedHandshake(
                        Role.SERVER,
                        plan(endpoint.getClass()),
                        Component.of(endpoint),
                        Components.plain(),
                        ClientEndpointConfig.Builder.create().build(),
                        settings,
                        SessionUri.of(URI.create("ws://localhost/test" + query)),
                        Map.of(),
                        null,
                        subprotocol,
                        List.of(),
                        List.of(extensions),
                        null)));
        peer.connection.transportListener().onOpen(peer.transport, ByteBuffer.allocate(0));
        await("onOpen has returned", peer.transport::isDemanded);
        return peer;
    }

    List<Peer> connect(int count) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(connect());
        }
        return peers;
    }

    private static EndpointPlan plan(Class<?> endpointClass) {
        try {
            return EndpointPlan.of(
                    endpointClass,
                    Set.of(),
                    List.of(endpointClass.getAnnotation(ServerEndpoint.class).encoders()),
                    List.of());
        } catch (DeploymentException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> frames(byte[] wire) {
        List<String> frames = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(wire);
        while (bytes.hasRemaining()) {
            int first = bytes.get() & 0xFF;
            int length = bytes.get() & 0x7F;
            length = length == 126 ? bytes.getShort() & 0xFFFF : length == 127 ? (int) bytes.getLong() : length;
            byte[] payload = new byte[length];
            bytes.get(payload);
            frames.add(
                    switch (first & 0xF) {
                        case 1 -> "text:" + new String(payload, StandardCharsets.UTF_8);
                        case 2 -> "binary:" + new String(payload, StandardCharsets.UTF_8);
                        case 8 -> "close:" + (((payload[0] & 0xFF) << 8) | payload[1] & 0xFF);
                        default ->
                            "frame:" + Integer.toHexString(first) + ":" + new String(payload, StandardCharsets.UTF_8);
                    });
        }
        return frames;
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(500_000);
        }
    }

    /** Its peers answer no close, so that they are lost before the container stops, which would wait for them. */
    @Override
    public void close() {
        runtime.registry().all().forEach(session -> session.cut("the test is over", CloseCause.STOPPED));
        runtime.close(Duration.ofMillis(100));
        executor.shutdownNow();
    }
}
