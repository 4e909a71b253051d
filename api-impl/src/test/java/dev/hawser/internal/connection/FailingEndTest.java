package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step at the end of a connection that throws an error is tried again or replaced: the session ends once, and nothing
 * of it is left.
 */
class FailingEndTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final FakeTransport transport = new FakeTransport();
    /** How often a method of the transport is still to throw. */
    private final Map<String, AtomicInteger> throwing = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void anAbortThatThrowsIsTriedAgain(int times) {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, Settings.defaults());
            throwing.put("abort", new AtomicInteger(times));
            connection.cut("cut", CloseCause.STOPPED);
            assertEnds(session);
            assertEquals(List.of("open", "close:1006 cut"), endpoint.calls);
        }
    }

    @Test
    void aTransportThatCanNeverBeAbortedDoesNotKeepItsSession() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, Settings.defaults());
            throwing.put("abort", new AtomicInteger(Integer.MAX_VALUE));
            connection.cut("cut", CloseCause.STOPPED);
            SessionHarness.await("onClose", endpoint::ended);
            assertEquals(List.of("open", "close:1006 cut"), endpoint.calls);
        }
    }

    @Test
    void aCloseOfTheTransportThatThrowsBecomesAnAbort() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, Settings.defaults());
            throwing.put("close", new AtomicInteger(1));
            transport.arrive(SessionHarness.close(1000, "bye"));
            connection.transportListener().onReadable();
            assertEnds(session);
            assertEquals(List.of("open", "close:1000 bye"), endpoint.calls);
        }
    }

    @Test
    void aCloseFrameThatCannotBeWrittenIsNotSentAgain() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, Settings.defaults());
            throwing.put("write", new AtomicInteger(1));
            SessionHarness.sessionOf(connection).close();
            assertEnds(session);
            assertEquals(List.of(), SessionHarness.received(transport));
            assertTrue(endpoint.calls.contains("open"), endpoint.calls::toString);
        }
    }

    /** The first look throws, and another one comes. */
    @Test
    void aThrowInTheTimersWorkDoesNotEndTheDeadlines() {
        Settings settings = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, settings);
            throwing.put("abort", new AtomicInteger(1));
            SessionHarness.sessionOf(connection).close();
            assertEnds(session);
            assertEquals(List.of("open", "close:1006 the closing handshake took too long"), endpoint.calls);
        }
    }

    /** The timer that tries an abort again dies before it has: another thread takes its place. */
    @Test
    void aTimerThatDiesIsReplacedAndTriesAgain() throws Exception {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, Settings.defaults());
            AtomicInteger aborts = new AtomicInteger(Integer.MAX_VALUE);
            throwing.put("abort", aborts);
            connection.cut("cut", CloseCause.STOPPED);
            Thread dead = DyingTimer.kill(
                    (ScheduledThreadPoolExecutor) session.runtime.resources().timer());
            SessionHarness.await("its thread has ended", () -> !dead.isAlive());
            aborts.set(0);
            assertEnds(session);
            assertEquals(List.of("open", "close:1006 cut"), endpoint.calls);
        }
    }

    /** No thread can be started in its place, as the machine has no more: it is started when there are some again. */
    @Test
    void aTimerThatCouldNotBeReplacedIsReplacedLater() throws Exception {
        Settings settings = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(500))
                .build();
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session, settings);
            SessionHarness.sessionOf(connection).close();
            ScheduledThreadPoolExecutor timer =
                    (ScheduledThreadPoolExecutor) session.runtime.resources().timer();
            ThreadFactory usual = timer.getThreadFactory();
            timer.setThreadFactory(task -> {
                throw new OutOfMemoryError("unable to create native thread");
            });
            DyingTimer.kill(timer);
            SessionHarness.await("the timer has no thread", () -> timer.getPoolSize() == 0);
            timer.setThreadFactory(usual);
            assertEnds(session);
            assertEquals(List.of("open", "close:1006 the closing handshake took too long"), endpoint.calls);
        }
    }

    private WebSocketConnection connect(SessionHarness session, Settings settings) {
        Transport over = (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    AtomicInteger times = throwing.get(method.getName());
                    if (times != null && times.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("as the test will have it");
                    }
                    try {
                        return method.invoke(transport, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        WebSocketConnection made = session.connect(endpoint, settings, over, ByteBuffer.allocate(0));
        SessionHarness.await("reading begins", transport::isDemanded);
        return made;
    }

    private void assertEnds(SessionHarness session) {
        SessionHarness.await("onClose", endpoint::ended);
        SessionHarness.await("the transport is closed", transport::isClosed);
        SessionHarness.await(
                "nothing is left but the harness's own",
                () -> session.runtime.registry().size() == 1);
    }
}
