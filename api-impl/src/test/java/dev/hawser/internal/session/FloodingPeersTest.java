package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A peer that sends faster than a reading may take is read by a worker, so that others have the event loop. */
class FloodingPeersTest {
    /** Much longer than a reading may take. */
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(20);

    private static final byte[] SHORT = SessionHarness.binary(new byte[10]);
    /** More than a reading takes in at once; the bytes of so many messages. */
    private static final byte[] FLOOD = repeated(SessionHarness.binary(new byte[60_000]), 10);

    private final Count endpoint = new Count();

    /** Counts messages. */
    @ServerEndpoint("/test")
    public static class Count {
        final AtomicInteger messages = new AtomicInteger();

        @OnMessage
        public void onBinary(byte[] message) {
            messages.incrementAndGet();
        }
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
        for (int i = 0; i < times; i++) {
            all.put(bytes);
        }
        return all.array();
    }

    private SessionHarness session() {
        SessionHarness session = new SessionHarness(endpoint, Settings.defaults());
        session.transport.letAnyThreadRead();
        return session;
    }

    private void takesLong(FakeTransport transport) {
        transport.onRead(() -> {
            long began = System.nanoTime();
            while (System.nanoTime() - began < LONG) {
                Thread.onSpinWait();
            }
        });
    }

    private void awaitMessages(SessionHarness session, int count) {
        SessionHarness.await("all messages", () -> {
            session.readOn();
            return endpoint.messages.get() == count && session.transport.isDemanded();
        });
    }

    @Test
    void itIsReadByAWorkerUntilItSendsLess() {
        try (SessionHarness session = session()) {
            session.read(SHORT);
            awaitMessages(session, 1);
            assertSame(Thread.currentThread(), session.transport.reader());
            takesLong(session.transport);
            session.transport.arrive(FLOOD);
            session.transport.takeDemand();
            session.connection.transportListener().onReadable();
            assertSame(Thread.currentThread(), session.transport.reader(), "nobody knew");
            awaitMessages(session, 11);
            assertNotSame(Thread.currentThread(), session.transport.reader());
            session.transport.onRead(() -> {});
            session.read(SHORT);
            awaitMessages(session, 12);
            session.read(SHORT);
            awaitMessages(session, 13);
            assertSame(Thread.currentThread(), session.transport.reader(), "it sends little again");
        }
    }

    @Test
    void aTransportThatOnlyTheCallMayReadIsReadThere() {
        try (SessionHarness session = new SessionHarness(endpoint, Settings.defaults())) {
            takesLong(session.transport);
            session.read(FLOOD);
            awaitMessages(session, 10);
            session.read(FLOOD);
            awaitMessages(session, 20);
            assertSame(Thread.currentThread(), session.transport.reader());
        }
    }

    @Test
    void onABusyEventLoopAWorkerReadsWhatANewPeerSendsFirst() {
        try (SessionHarness session = session()) {
            assertFalse(isReadElsewhere(session), "the event loop has time");
            session.read(SHORT);
            takesLong(session.transport);
            SessionHarness.await("a worker reads", () -> {
                session.read(SHORT);
                return isReadElsewhere(session);
            });
            assertSame(Thread.currentThread(), session.transport.reader(), "it sends little, and is known");
            session.transport.onRead(() -> {});
            SessionHarness.await("the event loop has time again", () -> {
                session.read(SHORT);
                return !isReadElsewhere(session);
            });
        }
    }

    /** Whether the first bytes of a new peer are read by another thread than the event loop. */
    private boolean isReadElsewhere(SessionHarness session) {
        FakeTransport transport = new FakeTransport();
        transport.letAnyThreadRead();
        WebSocketConnection peer = session.connect(endpoint, Settings.defaults(), transport);
        int before = endpoint.messages.get();
        transport.arrive(SHORT);
        assertTrue(transport.takeReadable());
        peer.transportListener().onReadable();
        SessionHarness.await("the message", () -> endpoint.messages.get() > before && transport.isDemanded());
        Thread reader = transport.reader();
        peer.transportListener().onClosed(null);
        return reader != Thread.currentThread();
    }
}
