package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionCounts;
import dev.hawser.EndpointSettings;
import dev.hawser.HandshakeRejectedException;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caps on sessions: who is refused, and that a place is given back once, however a session ends. */
class AdmissionTest {
    private static final Settings ONE = Settings.builder()
            .set(Setting.MAX_SESSIONS, 1)
            .set(Setting.MAX_SESSIONS_PER_ADDRESS, 1)
            .build();

    /** Two sessions of its own, whatever the application allows. */
    @ServerEndpoint("/small")
    @EndpointSettings("maxSessions=2")
    public static final class Small {
        @OnMessage
        public void onMessage(String message) {}
    }

    /** Throws in the callback that its path names. */
    @ServerEndpoint("/throws")
    public static final class Throwing {
        @OnOpen
        public void onOpen(Session session) {
            if (session.isOpen()) {
                throw new StackOverflowError("of a test");
            }
        }

        @OnClose
        public void onClose(Session session) {
            if (!session.getId().isEmpty()) {
                throw new OutOfMemoryError("of a test");
            }
        }
    }

    @Test
    void offByDefault() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            for (int i = 0; i < 300; i++) {
                test.accept(TestUpgradeRequest.of("/good"));
            }
        }
    }

    @Test
    void theApplicationsCapIsAnsweredWith503AndWhenToTryAgain() throws Exception {
        Settings two = Settings.builder().set(Setting.MAX_SESSIONS, 2).build();
        try (TestContainer test = new TestContainer(two)) {
            test.container.addEndpoint(TestContainer.Good.class);
            UpgradeDecision.Accepted first = test.accept(TestUpgradeRequest.of("/good"));
            test.accept(TestUpgradeRequest.of("/good"));

            assertRetry(503, test.reject(TestUpgradeRequest.of("/good")));
            assertEquals(new ConnectionCounts(2, 1, 0, 0), test.container.getConnectionCounts());

            first.connection().transportListener().onClosed(null);
            first.connection().transportListener().onClosed(null);
            assertEquals(1, sessions(test));
            test.accept(TestUpgradeRequest.of("/good"));
            assertRetry(503, test.reject(TestUpgradeRequest.of("/good")));
        }
    }

    @Test
    void anEndpointsCapIsItsOwnAndTheApplicationsHoldsToo() throws Exception {
        Settings three = Settings.builder().set(Setting.MAX_SESSIONS, 3).build();
        try (TestContainer test = new TestContainer(three)) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.container.addEndpoint(Small.class);
            test.accept(TestUpgradeRequest.of("/small"));
            UpgradeDecision.Accepted second = test.accept(TestUpgradeRequest.of("/small"));
            assertRetry(503, test.reject(TestUpgradeRequest.of("/small")));
            assertEquals(2, sessions(test), "what the endpoint refuses takes no place of the application");
            test.accept(TestUpgradeRequest.of("/good"));
            assertRetry(503, test.reject(TestUpgradeRequest.of("/good")));
            second.connection().transportListener().onClosed(null);
            test.accept(TestUpgradeRequest.of("/small"));
        }
    }

    @Test
    void requestsThatTheApplicationUpgradesItselfShareTheCapsOfTheirEndpoint() throws Exception {
        try (TestContainer test = new TestContainer()) {
            for (int i = 0; i < 3; i++) {
                ServerEndpointConfig config =
                        ServerEndpointConfig.Builder.create(Small.class, "/any").build();
                UpgradeDecision decision = test.container.upgrade(TestUpgradeRequest.of("/x"), config, Map.of());
                assertEquals(i < 2, decision instanceof UpgradeDecision.Accepted, "number " + i);
            }
        }
    }

    @Test
    void anAddressWithTooManySessionsIsToldSoAndOthersAreServed() throws Exception {
        Settings two =
                Settings.builder().set(Setting.MAX_SESSIONS_PER_ADDRESS, 2).build();
        try (TestContainer test = new TestContainer(two)) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.accept(TestUpgradeRequest.of("/good").from("2001:db8::1"));
            test.accept(TestUpgradeRequest.of("/good").from("2001:db8::2"));
            assertRetry(429, test.reject(TestUpgradeRequest.of("/good").from("2001:db8::3")));
            test.accept(TestUpgradeRequest.of("/good").from("192.0.2.1"));
            for (int i = 0; i < 5; i++) {
                test.accept(TestUpgradeRequest.of("/good").from(null)); // the container does not know it
            }
            assertEquals(new ConnectionCounts(8, 0, 1, 0), test.container.getConnectionCounts());
        }
    }

    @Test
    void tooManyHandshakesASecondAreRefusedBeforeCodeOfTheApplicationRuns() throws Exception {
        Settings rate =
                Settings.builder().set(Setting.MAX_HANDSHAKES_PER_SECOND, 3).build();
        int[] calls = new int[1];
        try (TestContainer test =
                new TestContainer(rate).with(TestContainer.modify((request, response) -> calls[0]++))) {
            // Made one after another at most three a second are admitted; a slow machine admits more than three.
            int refused = 0;
            for (int i = 0; refused == 0 && i < 1_000_000; i++) {
                UpgradeDecision decision = test.container.upgrade(TestUpgradeRequest.of("/p"));
                if (decision instanceof UpgradeDecision.Rejected rejected) {
                    assertRetry(503, rejected);
                    refused++;
                    assertEquals(i, calls[0]);
                }
            }
            assertEquals(1, test.container.getConnectionCounts().refusedByRate());
        }
    }

    /** How a handshake or a session ends. */
    enum End {
        CONFIGURATOR_THROWS {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(failing(new IllegalArgumentException("of a test")));
                test.reject(TestUpgradeRequest.of("/p"));
            }
        },
        CONFIGURATOR_REFUSES {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(failing(new HandshakeRejectedException(401, "log in")));
                test.reject(TestUpgradeRequest.of("/p"));
            }
        },
        CONFIGURATOR_HAS_NO_MEMORY {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(failing(new OutOfMemoryError("of a test")));
                assertThrows(OutOfMemoryError.class, () -> test.container.upgrade(TestUpgradeRequest.of("/p")));
            }
        },
        WRONG_ORIGIN {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(new ServerEndpointConfig.Configurator());
                test.reject(TestUpgradeRequest.of("/p", "Origin: https://other.example"));
            }
        },
        NO_INSTANCE {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(new ServerEndpointConfig.Configurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> type) throws InstantiationException {
                        throw new InstantiationException("of a test");
                    }
                });
                test.reject(TestUpgradeRequest.of("/p"));
            }
        },
        CONTAINER_ENDS_MEANWHILE {
            @Override
            void run(TestContainer test) throws Exception {
                test.with(TestContainer.modify((request, response) -> test.close()));
                test.reject(TestUpgradeRequest.of("/p"));
            }
        },
        RESPONSE_CANNOT_BE_SENT {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                test.accept(TestUpgradeRequest.of("/good"))
                        .connection()
                        .transportListener()
                        .onClosed(null);
            }
        },
        PEER_VANISHES_BEFORE_ITS_TRANSPORT_OPENS {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                test.accept(TestUpgradeRequest.of("/good"))
                        .connection()
                        .transportListener()
                        .onClosed(new IOException("reset"));
            }
        },
        CUT_BEFORE_ITS_TRANSPORT_OPENS {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of("/good"));
                accepted.connection().cut("of a test", CloseCause.STOPPED);
                accepted.connection().transportListener().onOpen(new FakeTransport(), ByteBuffer.allocate(0));
                accepted.connection().transportListener().onClosed(null);
            }
        },
        PEER_CLOSES {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                Opened opened = open(test, "/good");
                opened.transport.arrive(SessionHarness.close(1000, ""));
                opened.transport.end();
                opened.connection.transportListener().onReadable();
            }
        },
        PEER_BREAKS_A_RULE {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                Opened opened = open(test, "/good");
                opened.transport.arrive(new byte[] {(byte) 0xff, 0});
                opened.connection.transportListener().onReadable();
                opened.transport.end();
                opened.connection.transportListener().onReadable();
                opened.connection.transportListener().onClosed(null);
            }
        },
        PEER_RESETS {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                Opened opened = open(test, "/good");
                opened.transport.breakReading(new IOException("reset"));
                opened.connection.transportListener().onReadable();
                opened.connection.transportListener().onClosed(new IOException("reset"));
            }
        },
        CALLBACKS_THROW_ERRORS {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(Throwing.class);
                open(test, "/throws").connection.cut("of a test", CloseCause.STOPPED);
            }
        },
        TRANSPORT_THROWS_ONCE {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                AtomicBoolean thrown = new AtomicBoolean();
                Opened opened = open(test, "/good");
                opened.transport.onAbort(() -> {
                    if (thrown.compareAndSet(false, true)) {
                        throw new OutOfMemoryError("of a test");
                    }
                });
                opened.connection.cut("of a test", CloseCause.STOPPED);
            }
        },
        CONTAINER_STOPS {
            @Override
            void run(TestContainer test) throws Exception {
                test.container.addEndpoint(TestContainer.Good.class);
                open(test, "/good");
                test.close();
            }
        };

        abstract void run(TestContainer test) throws Exception;

        static Opened open(TestContainer test, String path) {
            WebSocketConnection connection =
                    test.accept(TestUpgradeRequest.of(path)).connection();
            FakeTransport transport = new FakeTransport();
            connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertEquals(1, sessions(test));
            return new Opened(connection, transport);
        }
    }

    private record Opened(WebSocketConnection connection, FakeTransport transport) {}

    @ParameterizedTest
    @EnumSource(End.class)
    void whateverEndsASessionGivesItsPlaceBackOnce(End end) throws Exception {
        try (TestContainer test = new TestContainer(ONE)) {
            end.run(test);
            Admission admission = test.container.openingHandshake().admission();
            SessionHarness.await("the place is given back", () -> sessions(test) <= 0 && admission.addresses() <= 0);
            assertEquals(0, sessions(test));
            if (!test.container.runtime().isClosing()) {
                test.container.addEndpoint(Small.class);
                test.accept(TestUpgradeRequest.of("/small"));
                assertEquals(1, sessions(test));
            }
        }
    }

    /** Such as Tomcat, if the peer has reset the connection before the 101 is written. */
    @Test
    void aSessionThatDoesNotOpenInTimeIsCutAndItsPlaceIsFree() throws Exception {
        try (TestContainer test = new TestContainer(ONE)) {
            test.container.addEndpoint(TestContainer.Good.class);
            WebSocketConnection late =
                    test.accept(TestUpgradeRequest.of("/good")).connection();
            RunnableScheduledFuture<?> deadline = deadline(test);
            long seconds = deadline.getDelay(TimeUnit.SECONDS);
            assertTrue(seconds <= 10, seconds + " s");

            late.timeouts().mustOpenWithin(0);
            assertTrue(deadline.isCancelled(), "there is one entry at a time");
            SessionHarness.await(
                    "the place is free, and so is the timer",
                    () -> sessions(test) == 0 && entries(test).isEmpty());
            test.accept(TestUpgradeRequest.of("/good"));

            FakeTransport transport = new FakeTransport();
            late.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertTrue(transport.isClosed());
            late.transportListener().onClosed(null);
            assertEquals(1, sessions(test), "the place is given back once");
        }
    }

    @Test
    void aSessionThatOpensOrEndsIsNotCutForItsOpening() throws Exception {
        Settings unwatched = Settings.builder().set(Setting.MEMORY_BUDGET, 0L).build(); // the watch has a task, too
        try (TestContainer test = new TestContainer(unwatched)) {
            test.container.addEndpoint(TestContainer.Good.class);
            WebSocketConnection opens =
                    test.accept(TestUpgradeRequest.of("/good")).connection();
            RunnableScheduledFuture<?> deadline = deadline(test);
            opens.transportListener().onOpen(new FakeTransport(), ByteBuffer.allocate(0));
            deadline.run();
            assertEquals(1, test.container.getOpenSessions().size());
            opens.cut("of a test", CloseCause.STOPPED);
            SessionHarness.await(
                    "the first has gone, and the timer's entry for it",
                    () -> sessions(test) == 0 && entries(test).isEmpty());

            WebSocketConnection ends =
                    test.accept(TestUpgradeRequest.of("/good")).connection();
            deadline = deadline(test);
            ends.transportListener().onClosed(null);
            assertTrue(deadline.isCancelled());
            assertEquals(List.of(), entries(test));
        }
    }

    @Test
    void aStoppedContainerHoldsNoSessionThatHasNotOpened() throws Exception {
        TestContainer test = new TestContainer();
        test.container.addEndpoint(TestContainer.Good.class);
        test.accept(TestUpgradeRequest.of("/good"));
        deadline(test);
        test.close();
        assertEquals(List.of(), entries(test));
    }

    /** The deadline of the only session, which has not opened. */
    private static RunnableScheduledFuture<?> deadline(TestContainer test) {
        List<Runnable> entries = entries(test);
        assertEquals(1, entries.size());
        return (RunnableScheduledFuture<?>) entries.get(0);
    }

    private static List<Runnable> entries(TestContainer test) {
        return List.copyOf(((ScheduledThreadPoolExecutor)
                        test.container.runtime().resources().timer())
                .getQueue());
    }

    @Test
    void theCapsOfAnEndpointHoldWhateverItsPlanIsAndHoweverManyPlansThereAre() throws Exception {
        try (TestContainer test = new TestContainer()) {
            for (int i = 0; i < 3; i++) {
                UpgradeDecision decision = upgrade(test, Small.class, "v" + i);
                assertEquals(i < 2, decision instanceof UpgradeDecision.Accepted, "number " + i);
                if (decision instanceof UpgradeDecision.Accepted small) {
                    // If it did not open, it would lose its place after ten seconds, and this may take longer.
                    small.connection().transportListener().onOpen(new FakeTransport(), ByteBuffer.allocate(0));
                }
                for (int other = 0; i == 1 && other < 1100; other++) {
                    UpgradeDecision one = upgrade(test, TestContainer.Good.class, "v" + other);
                    ((UpgradeDecision.Accepted) one)
                            .connection()
                            .transportListener()
                            .onClosed(null);
                }
            }
        }
    }

    private static UpgradeDecision upgrade(TestContainer test, Class<?> endpoint, String variable) throws Exception {
        ServerEndpointConfig config =
                ServerEndpointConfig.Builder.create(endpoint, "/any").build();
        return test.container.upgrade(TestUpgradeRequest.of("/x"), config, Map.of(variable, "value"));
    }

    /** Each class is one, and they are not loaded in vain: classes of arrays. */
    @Test
    void ofManyEndpointClassesTheCapsOfThoseWithSessionsAreKept() {
        UnmappedPlans plans = new UnmappedPlans();
        SessionCaps kept = plans.caps(int.class);
        kept.enter(Settings.defaults(), null, 0);
        for (Class<?> of : List.of(int.class, long.class, short.class, byte.class, char.class, String.class)) {
            Class<?> array = of;
            for (int dimensions = 1; dimensions < 255; dimensions++) {
                array = array.arrayType();
                plans.caps(array);
            }
        }
        assertSame(kept, plans.caps(int.class));
        assertTrue(plans.cappedClasses() <= 1025, plans.cappedClasses() + " classes");
    }

    private static ServerEndpointConfig.Configurator failing(Throwable failure) {
        return new ServerEndpointConfig.Configurator() {
            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        };
    }

    private static long sessions(TestContainer test) {
        return test.container.getConnectionCounts().sessions();
    }

    private static void assertRetry(int status, UpgradeDecision.Rejected rejected) {
        assertEquals(status, rejected.status(), rejected.body());
        int seconds = Integer.parseInt(
                rejected.headers().getOrDefault("Retry-After", List.of("-1")).get(0));
        assertTrue(seconds >= 5 && seconds < 15, "Retry-After: " + seconds);
    }
}
