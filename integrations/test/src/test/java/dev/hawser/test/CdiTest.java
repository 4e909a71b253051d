package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Beans of a CDI container that runs in the test, in endpoints under test, through the product's own injection. */
class CdiTest {
    private static final Queue<String> LIFE = new ConcurrentLinkedQueue<>();

    private final SeContainer cdi = SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(Greetings.class, Visits.class, Greeter.class, Broken.class)
            .initialize();

    /** One for the whole application. */
    @ApplicationScoped
    public static class Greetings {
        private final AtomicInteger given = new AtomicInteger();

        public String of(String name) {
            return "hello " + name + ", guest " + given.incrementAndGet();
        }
    }

    /** Another one in each callback. */
    @RequestScoped
    public static class Visits {
        private final AtomicInteger calls = new AtomicInteger();

        public int next() {
            return calls.incrementAndGet();
        }
    }

    /** A dependent bean: another one for each session, and destroyed with it. */
    @ServerEndpoint(value = "/greet", configurator = Doorman.class, decoders = NameDecoder.class)
    public static class Greeter {
        private final Greetings greetings;
        private final Visits visits;

        @Inject
        public Greeter(Greetings greetings, Visits visits) {
            this.greetings = greetings;
            this.visits = visits;
        }

        @PostConstruct
        void begin() {
            LIFE.add("begin");
        }

        @PreDestroy
        void end() {
            LIFE.add("end");
        }

        @OnMessage
        public String greet(Name name) {
            return greetings.of(name.text()) + ", call " + visits.next() + visits.next();
        }
    }

    /** What is decoded. */
    public record Name(String text) {}

    /** No bean, and still injected into. */
    public static class NameDecoder implements Decoder.Text<Name> {
        @Inject
        Greetings greetings;

        @Override
        public Name decode(String text) {
            return new Name(greetings == null ? "nobody" : text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    /** Says in the answer whether it was injected into. */
    public static class Doorman extends ServerEndpointConfig.Configurator {
        @Inject
        Greetings greetings;

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            response.getHeaders().put("X-Injected", List.of(Boolean.toString(greetings != null)));
        }
    }

    /** Cannot be made. */
    @ServerEndpoint("/broken")
    public static class Broken {
        @PostConstruct
        void begin() {
            throw new IllegalStateException("the database is away");
        }

        @OnMessage
        public void ignore(String text) {}
    }

    /** A client endpoint that is no bean. */
    @ClientEndpoint(configurator = Signed.class)
    public static class Guest {
        @Inject
        Greetings greetings;

        @OnMessage
        public String answer(String name) {
            return greetings.of(name);
        }
    }

    /** Signs requests with a bean. */
    public static class Signed extends ClientEndpointConfig.Configurator {
        @Inject
        Greetings greetings;

        @Override
        public void beforeRequest(Map<String, List<String>> headers) {
            headers.put("X-Signed", List.of(greetings.of("server")));
        }
    }

    @AfterEach
    void stop() {
        if (cdi.isRunning()) {
            cdi.close();
        }
        LIFE.clear();
    }

    @Test
    void anEndpointAndItsPartsAreInjectedInto() {
        try (EndpointTester tester = EndpointTester.of(Greeter.class)) {
            TestPeer ann = tester.connect("/greet");
            assertEquals(List.of("true"), ann.responseHeaders().get("X-Injected"));
            ann.sendText("ann");
            ann.expectText("hello ann, guest 1, call 12");
            TestPeer bob = tester.connect("/greet");
            bob.sendText("bob");
            bob.expectText("hello bob, guest 2, call 12"); // the same Greetings, and other Visits
            assertEquals(
                    "hello test, guest 3", cdi.select(Greetings.class).get().of("test"));
            assertEquals(List.of("begin", "begin"), List.copyOf(LIFE));
            ann.close(1000);
            ann.expectClose(1000);
            ann.expectSessionEnded();
            assertEquals(List.of("begin", "begin", "end"), List.copyOf(LIFE));
        }
        assertEquals(List.of("begin", "begin", "end", "end"), List.copyOf(LIFE));
    }

    @Test
    void aBeanThatCannotBeMadeRefusesTheHandshake() {
        try (EndpointTester tester = EndpointTester.of(Broken.class)) {
            tester.handshake("/broken").expectRefused(500);
        }
    }

    @Test
    void theTestsOwnObjectGoesBeforeTheBean() {
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Greeter.class, () -> new Greeter(new Greetings(), new Visits()))
                .start();
        try (tester) {
            TestPeer peer = tester.connect("/greet");
            peer.sendText("ann");
            peer.expectText("hello ann, guest 1, call 12");
        }
        assertEquals(List.of(), List.copyOf(LIFE));
    }

    @Test
    void aClientEndpointIsInjectedInto() {
        try (ClientTester tester = ClientTester.create()) {
            ReceivedHandshake handshake =
                    tester.connect(Guest.class, "ws://host.example/").expectHandshake();
            assertEquals(List.of("hello server, guest 1"), handshake.header("X-Signed"));
            TestPeer server = handshake.accept();
            server.sendText("ann");
            server.expectText("hello ann, guest 2");
        }
    }

    @Test
    void withoutCdiNothingIsInjected() {
        cdi.close();
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(Guest.class, "ws://host.example/");
            DeploymentException failure = connect.expectFailure(DeploymentException.class);
            assertInstanceOf(NullPointerException.class, failure.getCause());
        }
    }
}
