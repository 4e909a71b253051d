package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Between the acceptance of a handshake and the opening of its transport, which is a while in which a container may
 * stop or a peer leave.
 */
class OpeningTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final FakeTransport transport = new FakeTransport();

    /** A connection whose handshake has been accepted, and no other that a stop would wait for. */
    private WebSocketConnection onlyAccepted(SessionHarness container) {
        container.connection.cut("only the accepted one is to be waited for", CloseCause.STOPPED);
        WebSocketConnection accepted = container.accepted(endpoint, Settings.defaults());
        assertTrue(container.runtime.registry().accepted(SessionHarness.sessionOf(accepted)));
        return accepted;
    }

    private static Thread waitingStop(SessionHarness container) {
        Thread stop = new Thread(() -> container.runtime.close(SessionHarness.SOON));
        stop.start();
        SessionHarness.await("it waits", () -> stop.getState() == Thread.State.TIMED_WAITING || !stop.isAlive());
        assertTrue(stop.isAlive(), "nobody waits for the accepted one");
        return stop;
    }

    @Test
    void aStopWaitsForTheTransportOfAnAcceptedHandshakeAndThePeerIsTold1001() throws Exception {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = onlyAccepted(container);
            Thread stop = waitingStop(container);

            accepted.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertEquals(List.of("close:1001 the application stops"), SessionHarness.received(transport));
            transport.arrive(SessionHarness.close(1001, ""));
            SessionHarness.await("reading begins", transport::isDemanded);
            accepted.transportListener().onReadable();

            stop.join(SessionHarness.SOON.toMillis());
            assertFalse(stop.isAlive());
            assertEquals(List.of("open", "close:1001 the application stops"), endpoint.calls);
        }
    }

    @Test
    void aHandshakeWhoseTransportWillNeverOpenIsNotWaitedFor() throws Exception {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = onlyAccepted(container);
            Thread stop = waitingStop(container);
            long start = System.nanoTime();
            accepted.transportListener().onClosed(null);

            stop.join(SessionHarness.SOON.toMillis());
            assertFalse(stop.isAlive());
            assertTrue(System.nanoTime() - start < SessionHarness.SOON.toNanos() / 2);
        }
    }

    @Test
    void aStopWaitsNoLongerThanItsTimeoutAndATransportThatOpensThenIsClosed() {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = onlyAccepted(container);
            long start = System.nanoTime();
            container.runtime.close(Duration.ofMillis(200));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 150 && millis < 10_000, "waited " + millis + " ms");

            accepted.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertTrue(transport.isClosed());
            assertEquals(0, container.runtime.registry().size());
            assertEquals(List.of(), endpoint.calls);
            assertFalse(
                    container.runtime.registry().accepted(SessionHarness.sessionOf(accepted)),
                    "a handshake after the end");
        }
    }

    @Test
    void anEndBeforeTheBeginningLeavesNothing() {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = container.accepted(endpoint, Settings.defaults());
            accepted.transportListener().onClosed(null);
            accepted.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertTrue(transport.isClosed());
            assertFalse(SessionHarness.sessionOf(accepted).isOpen());
            assertEquals(1, container.runtime.registry().size());
            assertEquals(List.of(), endpoint.calls);
        }
    }

    @Test
    void aCutBeforeTheTransportIsKnownIsCarriedOutOnceItOpens() {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = container.accepted(endpoint, Settings.defaults());
            accepted.cut("the container is closed", CloseCause.STOPPED);
            accepted.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            assertTrue(transport.isClosed());
            assertFalse(SessionHarness.sessionOf(accepted).isOpen());
            assertEquals(1, container.runtime.registry().size());
            assertEquals(List.of(), endpoint.calls);
        }
    }

    @Test
    void whoWaitsForAConnectionThatIsCutBeforeItOpensIsToldSo() throws Exception {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection accepted = container.accepted(endpoint, Settings.defaults());
            accepted.cut("the container is closed", CloseCause.STOPPED);
            assertFalse(
                    SessionHarness.sessionOf(accepted).awaitOpened(System.nanoTime() + SessionHarness.SOON.toNanos()));
        }
    }

    @Test
    void whateverOfBeginningAndCutComesFirstNothingIsLeft() throws Exception {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            for (int i = 0; i < 500; i++) {
                RecordingEndpoint own = new RecordingEndpoint();
                FakeTransport opened = new FakeTransport();
                WebSocketConnection accepted = container.accepted(own, Settings.defaults());
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> end = container.executor.submit(() -> {
                    start.await();
                    accepted.cut("cut", CloseCause.STOPPED);
                    return null;
                });
                start.await();
                accepted.transportListener().onOpen(opened, ByteBuffer.allocate(0));
                end.get(30, TimeUnit.SECONDS);
                SessionHarness.await(
                        "the end", () -> !SessionHarness.sessionOf(accepted).isOpen() && opened.isClosed());
                assertTrue(
                        own.calls.isEmpty() || own.calls.equals(List.of("open", "close:1006 cut")),
                        () -> own.calls.toString());
            }
            SessionHarness.await(
                    "only the first is left", () -> container.runtime.registry().size() == 1);
        }
    }

    @Test
    void whateverOfBeginningAndEndComesFirstNothingIsLeft() throws Exception {
        try (SessionHarness container = new SessionHarness(new RecordingEndpoint())) {
            for (int i = 0; i < 500; i++) {
                RecordingEndpoint own = new RecordingEndpoint();
                WebSocketConnection accepted = container.accepted(own, Settings.defaults());
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> end = container.executor.submit(() -> {
                    start.await();
                    accepted.transportListener().onClosed(null);
                    return null;
                });
                start.await();
                accepted.transportListener().onOpen(new FakeTransport(), ByteBuffer.allocate(0));
                end.get(30, TimeUnit.SECONDS);
                SessionHarness.await(
                        "the end", () -> !SessionHarness.sessionOf(accepted).isOpen());
                assertTrue(
                        own.calls.isEmpty() || own.calls.equals(List.of("open", "close:1006 ")),
                        () -> own.calls.toString());
            }
            SessionHarness.await(
                    "only the first is left", () -> container.runtime.registry().size() == 1);
        }
    }
}
