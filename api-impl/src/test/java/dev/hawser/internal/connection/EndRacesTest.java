package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** However many things end a connection at once: onError at most once, then onClose once, and nothing after it. */
class EndRacesTest {
    @Test
    void whateverComesTogetherTheLastCallIsTheOneOnClose() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        RecordingEndpoint first = new RecordingEndpoint();
        try (SessionHarness container = new SessionHarness(first)) {
            for (long seed = 1; seed <= 300; seed++) {
                race(container, threads, new Random(seed), "seed " + seed);
            }
            SessionHarness.await(
                    "only the first is left", () -> container.runtime.registry().size() == 1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void race(SessionHarness container, ExecutorService threads, Random random, String seed)
            throws Exception {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        FakeTransport transport = new FakeTransport();
        WebSocketConnection connection = container.connect(endpoint, Settings.defaults(), transport);
        List<Runnable> ends = new ArrayList<>(List.of(
                () -> connection.end().broken(new IOException("write")),
                () -> connection.transportListener().onClosed(new IOException("gone")),
                () -> connection.transportListener().onClosed(null),
                () -> connection.cut("cut", CloseCause.STOPPED),
                () -> connection.closeByUs(CloseCodes.closeReason(1000, "ours")),
                () -> transport.breakReading(new IOException("read"))));
        Collections.shuffle(ends, random);
        AtomicInteger completed = new AtomicInteger();
        int sends = 20;
        List<Runnable> actions = new ArrayList<>(ends.subList(0, 2));
        actions.add(() -> {
            for (int i = 0; i < 20; i++) {
                transport.arrive(SessionHarness.text("a"), SessionHarness.text("b"));
                connection.transportListener().onReadable();
            }
        });
        actions.add(() -> {
            MessageSender sender = connection.sender();
            for (int i = 0; i < sends; i++) {
                sender.sendAsync(Opcode.TEXT, new byte[1], 0, 1, TimeUnit.SECONDS.toNanos(20), new Count(completed));
            }
        });
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (Runnable action : actions) {
            running.add(threads.submit(() -> {
                start.await();
                action.run();
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : running) {
            each.get(30, TimeUnit.SECONDS);
        }
        connection.cut("the test has ended", CloseCause.STOPPED);
        SessionHarness.await(
                "the end, " + seed, () -> !SessionHarness.sessionOf(connection).isOpen() && completed.get() == sends);
        List<String> calls = List.copyOf(endpoint.calls);
        assertTrue(calls.get(calls.size() - 1).startsWith("close:"), seed + ": " + calls);
        assertEquals(1, calls.stream().filter(call -> call.startsWith("close:")).count(), seed + ": " + calls);
        assertTrue(calls.stream().filter(call -> call.startsWith("error:")).count() <= 1, seed + ": " + calls);
        assertEquals(sends, completed.get(), seed);
    }

    /** Counts its ends. */
    private record Count(AtomicInteger ends) implements dev.hawser.internal.transport.PendingSend.Completion {
        @Override
        public boolean runsApplicationCode() {
            return ends.get() % 2 == 0;
        }

        @Override
        public void ended(Throwable failure) {
            ends.incrementAndGet();
        }
    }

    @Test
    void aMessageThatArrivesPieceByPieceIsNotIdleness() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        long idle = TimeUnit.MILLISECONDS.toNanos(400);
        Settings settings = Settings.builder()
                .set(Setting.IDLE_TIMEOUT, java.time.Duration.ofNanos(idle))
                .build();
        long deadline = System.nanoTime() + SessionHarness.SOON.toNanos();
        boolean tried = false;
        while (!tried) {
            assertTrue(
                    System.nanoTime() < deadline, "this machine never let 200 ms pass without a pause of that length");
            try (SessionHarness session = new SessionHarness(endpoint, settings)) {
                session.read(SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}));
                tried = feeds(session, idle);
                if (tried) {
                    assertTrue(session.received().isEmpty(), session.received()::toString);
                }
            }
        }
    }

    /** Sends a piece every few milliseconds for twice the idle time; returns false if it was kept from it. */
    private static boolean feeds(SessionHarness session, long idle) {
        long end = System.nanoTime() + 2 * idle;
        long last = System.nanoTime();
        while (System.nanoTime() - end < 0) {
            session.read(SessionHarness.frame(Opcode.CONTINUATION, false, new byte[] {'a'}));
            long before = last;
            last = System.nanoTime();
            if (last - before > idle / 2) {
                return false;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
        return true;
    }
}
