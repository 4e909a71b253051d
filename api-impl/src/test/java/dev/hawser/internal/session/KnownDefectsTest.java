package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.FakeTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** What has been wrong in other implementations of sessions, as known-defects.csv lists it. */
class KnownDefectsTest {
    /** A set of deadlines that is ordered by time alone forgets all but one of those that are equal. */
    @Test
    void sendsWithTheSameDeadlineAllEndWithIt() {
        Settings quick = Settings.builder()
                .set(Setting.SEND_TIMEOUT, Duration.ofSeconds(2))
                .build();
        int sessions = 50;
        int each = 40;
        AtomicIntegerArray ends = new AtomicIntegerArray(sessions * each);
        AtomicInteger failed = new AtomicInteger();
        List<RecordingEndpoint> endpoints = new ArrayList<>();
        try (SessionHarness harness = new SessionHarness(new RecordingEndpoint(), quick)) {
            for (int s = 0; s < sessions; s++) {
                RecordingEndpoint endpoint = new RecordingEndpoint();
                FakeTransport transport = new FakeTransport();
                harness.connect(endpoint, quick, transport);
                transport.holdWrites();
                endpoints.add(endpoint);
            }
            for (int i = 0; i < sessions * each; i++) {
                int send = i;
                endpoints.get(i % sessions).session.getAsyncRemote().sendText("nobody reads this", result -> {
                    ends.incrementAndGet(send);
                    failed.addAndGet(result.isOK() ? 0 : 1);
                });
            }
            SessionHarness.await("all sends end", () -> failed.get() == sessions * each);
            SessionHarness.await("all sessions end", () -> endpoints.stream().allMatch(RecordingEndpoint::ended));
        }
        for (int i = 0; i < ends.length(); i++) {
            assertEquals(1, ends.get(i), "ends of send " + i);
        }
    }

    @Test
    void pongsThatNobodyAskedForHoldNothing() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            ByteBuffer pooled = session.runtime.resources().readBuffers().borrowForReading();
            session.runtime.resources().readBuffers().giveBack(pooled);
            byte[] pongs = pongs(16 * 1024);
            for (int i = 0; i < 1_000; i++) {
                session.read(pongs);
                while (session.transport.takeReadable()) {
                    session.connection.transportListener().onReadable();
                }
            }
            SessionHarness.await("reading goes on", session.transport::isDemanded);
            ByteBuffer again = session.runtime.resources().readBuffers().borrowForReading();
            assertSame(pooled, again, "the buffer of this thread was not given back");
            session.runtime.resources().readBuffers().giveBack(again);
            session.read(SessionHarness.text("still here"));
            SessionHarness.await("echo", () -> session.received().contains("text:still here"));
            assertEquals(List.of("open", "text:still here"), endpoint.calls);
            assertEquals(List.of("text:still here"), session.received());
        }
    }

    /** Whole pongs of 0 to 125 bytes, in at most so many bytes. */
    private static byte[] pongs(int most) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(most);
        for (int length = 0; ; length = (length + 1) % 126) {
            byte[] pong = SessionHarness.frame(Opcode.PONG, true, new byte[length]);
            if (out.size() + pong.length > most) {
                return out.toByteArray();
            }
            out.writeBytes(pong);
        }
    }

    @Test
    void controlFramesCarryNothingOfABufferThatWasUsedBefore() throws IOException {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            poison(session.runtime.resources().readBuffers());
            poison(session.runtime.resources().writeBuffers());
            endpoint.session.getBasicRemote().sendPing(ByteBuffer.allocate(0));
            endpoint.session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            session.read(
                    SessionHarness.frame(Opcode.PING, true, new byte[0]),
                    SessionHarness.frame(Opcode.PING, true, new byte[125]));
            SessionHarness.await("pongs", () -> session.received().size() == 4);
            endpoint.session.close();
            SessionHarness.await("close", () -> session.received().size() == 5);
            byte[] wire = session.transport.written();
            for (byte octet : wire) {
                assertFalse(octet == (byte) 0xAB, () -> Arrays.toString(wire));
            }
        }
    }

    private static void poison(BufferPool pool) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ByteBuffer buffer = pool.borrowForWriting();
            Arrays.fill(buffer.array(), (byte) 0xAB);
            buffers.add(buffer);
        }
        buffers.forEach(pool::giveBack);
    }

    @Test
    void aStormOfMessagesTakesNoThreadEach() {
        Settings few = Settings.builder()
                .set(Setting.MAX_WORKERS, 4)
                .set(Setting.SLOW_CALLBACK, Duration.ofMinutes(1))
                .build();
        int sessions = 50;
        int each = 200;
        try (SessionHarness harness = new SessionHarness(new RecordingEndpoint(), few)) {
            List<RecordingEndpoint> endpoints = new ArrayList<>();
            List<FakeTransport> transports = new ArrayList<>();
            List<WebSocketConnection> connections = new ArrayList<>();
            for (int s = 0; s < sessions; s++) {
                endpoints.add(new RecordingEndpoint());
                transports.add(new FakeTransport());
                connections.add(harness.connect(endpoints.get(s), few, transports.get(s)));
            }
            int most = 0;
            for (int m = 0; m < each; m++) {
                for (int s = 0; s < sessions; s++) {
                    transports.get(s).arrive(SessionHarness.text("message " + m));
                    if (transports.get(s).takeReadable()) {
                        connections.get(s).transportListener().onReadable();
                    }
                }
                most = Math.max(most, workers());
            }
            for (int s = 0; s < sessions; s++) {
                int session = s;
                SessionHarness.await("all messages of session " + s, () -> {
                    if (transports.get(session).takeReadable()) {
                        connections.get(session).transportListener().onReadable();
                    }
                    return endpoints.get(session).calls.size() == 1 + each;
                });
            }
            most = Math.max(most, workers());
            assertTrue(most <= 4, most + " workers");
        }
    }

    private static int workers() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hawser-test-worker"))
                .count();
    }
}
