package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.Transport;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
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
import java.util.function.LongSupplier;

/** A server session over a {@link FakeTransport}, with an event loop that is the test's own thread. */
public final class SessionHarness implements AutoCloseable {
    public static final Duration SOON = Duration.ofSeconds(30);

    public final FakeTransport transport = new FakeTransport();
    public final ExecutorService executor = Executors.newCachedThreadPool();
    public final ContainerRuntime runtime;
    public final WebSocketConnection connection;
    private final List<NegotiatedExtension> extensions;

    public SessionHarness(Object endpoint, Settings settings, NegotiatedExtension... extensions) {
        this(endpoint, settings, System::nanoTime, extensions);
    }

    /** What is expected of the peer is measured by the given clock; the timer looks at it when the test says so. */
    public SessionHarness(
            Object endpoint, Settings settings, LongSupplier nanoTime, NegotiatedExtension... extensions) {
        this(endpoint, settings, nanoTime, new MemoryAccount(), extensions);
    }

    /** With an account of what the sessions hold which other tests do not share. */
    SessionHarness(
            Object endpoint,
            Settings settings,
            LongSupplier nanoTime,
            MemoryAccount memory,
            NegotiatedExtension... extensions) {
        this.extensions = List.of(extensions);
        runtime = new ContainerRuntime(
                "test",
                settings,
                SessionHarness.class.getClassLoader(),
                Components.plain(),
                executor,
                () -> {
                    throw new IllegalStateException("no container here");
                },
                nanoTime,
                memory);
        connection = connect(endpoint, settings, transport);
    }

    public SessionHarness(Object endpoint) {
        this(endpoint, Settings.defaults());
    }

    /** A further session of the same container. */
    public WebSocketConnection connect(Object endpoint, Settings settings, FakeTransport over) {
        WebSocketConnection made = connect(endpoint, settings, over, ByteBuffer.allocate(0));
        await("onOpen has returned, and reading begins", over::isDemanded);
        return made;
    }

    /** The same, with bytes that came behind the handshake. */
    public WebSocketConnection connect(Object endpoint, Settings settings, Transport over, ByteBuffer early) {
        WebSocketConnection made = accepted(endpoint, settings);
        made.transportListener().onOpen(over, early);
        return made;
    }

    /** A connection whose transport has yet to open. */
    public WebSocketConnection accepted(Object endpoint, Settings settings) {
        return accepted(Component.of(endpoint), settings);
    }

    /** The same, with an endpoint that is given back. */
    public WebSocketConnection accepted(Component<?> component, Settings settings) {
        Object endpoint = component.object();
        WebSocketSession made = WebSocketSession.of(
                runtime,
                new EstablishedHandshake(
                        Role.SERVER,
                        plan(endpoint.getClass()),
                        component,
                        Components.plain(),
                        ServerEndpointConfig.Builder.create(endpoint.getClass(), "/test")
                                .build(),
                        settings,
                        SessionUri.of(URI.create("ws://localhost/test")),
                        Map.of(),
                        null,
                        "",
                        List.of(),
                        extensions,
                        null));
        return made.connection();
    }

    /** The session that a connection of this harness is for. */
    public static WebSocketSession sessionOf(WebSocketConnection connection) {
        return (WebSocketSession) ((SessionLife) connection.listener()).session();
    }

    /**
     * Whether nothing lists the session of a connection any more. The first session of the harness may have gone, too,
     * if the fault of a test has hit its turn.
     */
    public boolean hasGone(WebSocketConnection connection) {
        return !runtime.registry().all().contains(sessionOf(connection));
    }

    private static EndpointPlan plan(Class<?> endpointClass) {
        try {
            ServerEndpoint annotation = endpointClass.getAnnotation(ServerEndpoint.class);
            return EndpointPlan.of(
                    endpointClass,
                    Set.of(),
                    annotation == null ? List.of() : List.of(annotation.encoders()),
                    List.of());
        } catch (DeploymentException e) {
            throw new AssertionError(e);
        }
    }

    /** The event loop reads what arrives, all frames in one chunk, as long as the connection asks for it. */
    public void read(byte[]... frames) {
        int size = 0;
        for (byte[] frame : frames) {
            size += frame.length;
        }
        ByteBuffer chunk = ByteBuffer.allocate(size);
        for (byte[] frame : frames) {
            chunk.put(frame);
        }
        transport.arrive(chunk.array());
        do {
            connection.transportListener().onReadable();
        } while (transport.takeReadable()); // a reading has room for so much; what is left makes the next one
    }

    /** Reads what is left if a worker has parsed the rest of a long reading, and has demanded the next one. */
    public void readOn() {
        while (transport.takeReadable()) {
            connection.transportListener().onReadable();
        }
    }

    public static byte[] text(String message) {
        return frame(Opcode.TEXT, true, message.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] binary(byte[] message) {
        return frame(Opcode.BINARY, true, message);
    }

    public static byte[] close(int code, String reason) {
        return frame(Opcode.CLOSE, true, FrameWriter.closePayload(code, reason));
    }

    public static byte[] frame(Opcode opcode, boolean fin, byte[] payload) {
        ByteBuffer bytes = ByteBuffer.allocate(FrameWriter.LONGEST_HEADER + payload.length);
        new FrameWriter(Role.CLIENT, () -> 0x12345678).putFrame(bytes, fin, 0, opcode, payload, 0, payload.length);
        byte[] frame = new byte[bytes.flip().remaining()];
        bytes.get(frame);
        return frame;
    }

    /** What the peer has received so far, a line each: "text:hello", "close:1000 bye", "pong:2". */
    public List<String> received() {
        return received(transport);
    }

    public static List<String> received(FakeTransport from) {
        return received(from.written());
    }

    public static List<String> received(byte[] wire) {
        Peer peer = new Peer();
        WebSocketProtocol engine =
                new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1024, 1 << 20), List.of(), peer);
        ByteBuffer unread = ByteBuffer.wrap(wire);
        boolean all;
        do {
            all = engine.receive(unread);
        } while (!all); // it stops after a piece of work
        return peer.lines;
    }

    /** Waits for a condition, looking at it often. */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON.toNanos();
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

    private static final class Peer implements MessageSink {
        final List<String> lines = new ArrayList<>();

        @Override
        public Reception messageBegins(Opcode kind) {
            return Reception.WHOLE;
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return 1 << 30;
        }

        @Override
        public void onText(String message) {
            lines.add("text:" + message);
        }

        @Override
        public void onBinary(byte[] message) {
            lines.add("binary:" + message.length);
        }

        @Override
        public void onTextPart(String part, boolean last) {}

        @Override
        public void onBinaryPart(byte[] part, boolean last) {}

        @Override
        public void onPing(byte[] payload) {
            lines.add("ping:" + payload.length);
        }

        @Override
        public void onPong(byte[] payload) {
            lines.add("pong:" + new String(payload, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onClose(int code, String reason) {
            lines.add("close:" + code + " " + reason);
        }

        @Override
        public void onViolation(RemoteProtocolException violation) {
            throw new AssertionError(violation);
        }
    }
}
