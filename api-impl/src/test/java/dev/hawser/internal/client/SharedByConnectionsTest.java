package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.endpoint.EndpointPlan;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the connections of one client endpoint share. */
class SharedByConnectionsTest {
    private final SharedByConnections shared = new SharedByConnections();

    /** Encodes and decodes. */
    public static class Shout implements Encoder.Text<StringBuilder>, Decoder.Text<StringBuilder> {
        @Override
        public String encode(StringBuilder object) {
            return object + "!";
        }

        @Override
        public StringBuilder decode(String text) {
            return new StringBuilder(text);
        }

        @Override
        public void init(EndpointConfig config) {
            // nothing to prepare
        }

        @Override
        public void destroy() {
            // nothing to give back
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    private static ClientEndpointConfig config(
            List<Class<? extends Encoder>> encoders, List<Class<? extends Decoder>> decoders) {
        return ClientEndpointConfig.Builder.create()
                .encoders(encoders)
                .decoders(decoders)
                .build();
    }

    @Test
    void configurationsWithEqualCodersShareThePlanOfAClass() throws Exception {
        EndpointPlan plan = shared.plan(RecordingEndpoint.class, config(List.of(), List.of()));
        assertSame(plan, shared.plan(RecordingEndpoint.class, config(List.of(), List.of())));
        EndpointPlan coding = shared.plan(RecordingEndpoint.class, config(List.of(Shout.class), List.of(Shout.class)));
        assertSame(coding, shared.plan(RecordingEndpoint.class, config(List.of(Shout.class), List.of(Shout.class))));
    }

    @Test
    void otherCodersAndOtherClassesHavePlansOfTheirOwn() throws Exception {
        EndpointPlan plan = shared.plan(RecordingEndpoint.class, config(List.of(), List.of()));
        EndpointPlan encoding = shared.plan(RecordingEndpoint.class, config(List.of(Shout.class), List.of()));
        EndpointPlan decoding = shared.plan(RecordingEndpoint.class, config(List.of(), List.of(Shout.class)));
        assertEquals(3, Set.of(plan, encoding, decoding).size());
        EndpointPlan other =
                shared.plan(RecordingEndpointOfAnotherClass.class, config(List.of(), List.of(Shout.class)));
        assertNotSame(decoding, other);
        assertSame(decoding, shared.plan(RecordingEndpoint.class, config(List.of(), List.of(Shout.class))));
    }

    /** Another class. */
    public static class RecordingEndpointOfAnotherClass extends RecordingEndpoint {}

    @Test
    void connectionsWithEqualSettingsShareThem() {
        Settings first =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 700).build();
        Settings equal =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 700).build();
        Settings other =
                Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 701).build();
        assertSame(first, shared.settings(first));
        assertSame(first, shared.settings(equal));
        assertSame(other, shared.settings(other));
    }

    @Test
    void aClassThatBreaksARuleIsRefusedEachTime() {
        ClientEndpointConfig config = config(List.of(), List.of());
        for (int i = 0; i < 2; i++) {
            assertThrows(DeploymentException.class, () -> shared.plan(Object.class, config));
        }
    }

    @Test
    void aPlanThatNoSessionHasIsNotKept() throws Exception {
        WeakReference<EndpointPlan> plan =
                new WeakReference<>(shared.plan(RecordingEndpoint.class, config(List.of(), List.of())));
        SocketTransportTest.await(() -> {
            System.gc();
            return plan.get() == null;
        });
        assertEquals(
                RecordingEndpoint.class,
                shared.plan(RecordingEndpoint.class, config(List.of(), List.of()))
                        .endpointClass());
    }

    /** Of another class loader. */
    public static class OfAnApplication extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            // it is never connected
        }
    }

    /** Has a class of its own with each loader. */
    private static final class ApplicationLoader extends ClassLoader {
        ApplicationLoader() {
            super(SharedByConnectionsTest.class.getClassLoader());
        }

        Class<?> endpoint() throws IOException {
            String name = OfAnApplication.class.getName();
            try (InputStream in =
                    Objects.requireNonNull(getResourceAsStream(name.replace('.', '/') + ".class"), name)) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            }
        }
    }

    @Test
    void anEndpointClassOfAnApplicationThatHasGoneIsNotKept() throws Exception {
        WeakReference<Class<?>> gone = new WeakReference<>(new ApplicationLoader().endpoint());
        shared.plan(Objects.requireNonNull(gone.get()), config(List.of(), List.of()));
        SocketTransportTest.await(() -> {
            System.gc();
            return gone.get() == null;
        });
    }

    @Test
    void theOpenSessionsOfAnEndpointAreThoseOfItsOpenConnections() throws Exception {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (EchoSelector server = new EchoSelector();
                EndpointClientContainer container = new EndpointClientContainer()) {
            ClientEndpointConfig config = config(List.of(), List.of());
            Set<Session> open = new HashSet<>();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 3; i++) {
                    Session session = container.connectToServer(endpoint, config, server.uri());
                    open.add(session);
                    assertEquals(open, session.getOpenSessions());
                }
                for (Session closing : List.copyOf(open)) {
                    open.remove(closing);
                    closing.close();
                    assertEquals(1000, endpoint.nextCloseCode());
                    if (!open.isEmpty()) {
                        assertEquals(open, open.iterator().next().getOpenSessions());
                    }
                }
            }
        }
        ClientLeftovers.awaitNone();
    }
}
