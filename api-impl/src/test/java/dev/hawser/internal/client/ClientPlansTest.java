package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
class ClientPlansTest {
    private final ClientPlans plans = new ClientPlans();

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
        EndpointPlan plan = plans.of(RecordingEndpoint.class, config(List.of(), List.of()));
        assertSame(plan, plans.of(RecordingEndpoint.class, config(List.of(), List.of())));
        EndpointPlan coding = plans.of(RecordingEndpoint.class, config(List.of(Shout.class), List.of(Shout.class)));
        assertSame(coding, plans.of(RecordingEndpoint.class, config(List.of(Shout.class), List.of(Shout.class))));
    }

    @Test
    void otherCodersAndOtherClassesHavePlansOfTheirOwn() throws Exception {
        EndpointPlan plan = plans.of(RecordingEndpoint.class, config(List.of(), List.of()));
        EndpointPlan encoding = plans.of(RecordingEndpoint.class, config(List.of(Shout.class), List.of()));
        EndpointPlan decoding = plans.of(RecordingEndpoint.class, config(List.of(), List.of(Shout.class)));
        assertEquals(3, Set.of(plan, encoding, decoding).size());
        EndpointPlan other = plans.of(RecordingEndpointOfAnotherClass.class, config(List.of(), List.of(Shout.class)));
        assertNotSame(decoding, other);
        assertSame(decoding, plans.of(RecordingEndpoint.class, config(List.of(), List.of(Shout.class))));
    }

    /** Another class. */
    public static class RecordingEndpointOfAnotherClass extends RecordingEndpoint {}

    @Test
    void aClassThatBreaksARuleIsRefusedEachTime() {
        ClientEndpointConfig config = config(List.of(), List.of());
        for (int i = 0; i < 2; i++) {
            assertThrows(DeploymentException.class, () -> plans.of(Object.class, config));
        }
    }

    @Test
    void aPlanThatNoSessionHasIsNotKept() throws Exception {
        WeakReference<EndpointPlan> plan =
                new WeakReference<>(plans.of(RecordingEndpoint.class, config(List.of(), List.of())));
        SocketTransportTest.await(() -> {
            System.gc();
            return plan.get() == null;
        });
        assertEquals(
                RecordingEndpoint.class,
                plans.of(RecordingEndpoint.class, config(List.of(), List.of())).endpointClass());
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
            super(ClientPlansTest.class.getClassLoader());
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
        plans.of(Objects.requireNonNull(gone.get()), config(List.of(), List.of()));
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
