package dev.hawser.internal.connection;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.session.SessionRegistry;
import dev.hawser.internal.transport.FakeTransport;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The timer looks at a session. Whatever throws: the session has an entry in the timer until it has ended, what the
 * look was to do the next one does, and a peer that keeps to its deadlines is not cut.
 */
final class TimeoutFaults {
    private final AtomicLong now = new AtomicLong(System.nanoTime());
    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final FakeTransport transport = new FakeTransport();

    /** What is looked at, of a session with these settings. */
    private interface Scenario {
        /** Returns what is wrong, or null. */
        @Nullable String of(SessionHarness harness, WebSocketConnection connection);
    }

    /** The peer is silent, so it gets a ping, and answers. */
    public static final class KeepAlive implements Callable<String> {
        @Override
        public String call() {
            return new TimeoutFaults().keepAlive();
        }
    }

    /** The peer does not answer the ping. */
    public static final class NoPong implements Callable<String> {
        @Override
        public String call() {
            return new TimeoutFaults().noPong();
        }
    }

    public static final class Idle implements Callable<String> {
        @Override
        public String call() {
            return new TimeoutFaults().idle();
        }
    }

    /** The peer does not answer our close frame. */
    public static final class CloseDeadline implements Callable<String> {
        @Override
        public String call() {
            return new TimeoutFaults().closeDeadline();
        }
    }

    /** The peer takes nothing of what is sent. */
    public static final class SendDeadline implements Callable<String> {
        @Override
        public String call() {
            return new TimeoutFaults().sendDeadline();
        }
    }

    private @Nullable String keepAlive() {
        Settings pings = set(Setting.KEEP_ALIVE_INTERVAL, 20_000).over(set(Setting.PONG_TIMEOUT, 10_000));
        return run(pings, now::get, (harness, connection) -> {
            pass(25);
            look(connection);
            String wrong = timer(harness);
            boolean answered = isPinged();
            if (answered && !transport.isClosed()) {
                read(connection, SessionHarness.text("here I am"));
            }
            pass(8);
            connection.timeouts().run();
            if (!isPinged() && !transport.isClosed()) {
                return "no ping is sent";
            }
            pass(3); // 11 s after the look that threw: no pong is owed yet
            connection.timeouts().run();
            boolean cut = endpoint.calls.stream().anyMatch(call -> call.contains("no pong"));
            return cut ? "a peer that answers in time is cut: " + endpoint.calls : wrong;
        });
    }

    private boolean isPinged() {
        return SessionHarness.received(transport).stream().anyMatch(line -> line.startsWith("ping:"));
    }

    private @Nullable String noPong() {
        Settings pings = set(Setting.KEEP_ALIVE_INTERVAL, 20_000).over(set(Setting.PONG_TIMEOUT, 10_000));
        return run(pings, now::get, (harness, connection) -> {
            pass(25);
            connection.timeouts().run();
            pass(11);
            look(connection);
            String wrong = timer(harness);
            connection.timeouts().run();
            return soon(endpoint::ended) ? wrong : "a silent peer is not cut: " + endpoint.calls;
        });
    }

    private @Nullable String idle() {
        return run(set(Setting.IDLE_TIMEOUT, 60_000), now::get, (harness, connection) -> {
            pass(61);
            look(connection);
            String wrong = timer(harness);
            connection.timeouts().run();
            if (!soon(() -> isClosedAsIdle() || transport.isClosed())) {
                return "an idle session is not closed";
            }
            if (!transport.isClosed()) {
                read(connection, SessionHarness.close(1001, ""));
            }
            return soon(endpoint::ended) ? wrong : "onClose is lost: " + endpoint.calls;
        });
    }

    private boolean isClosedAsIdle() {
        return SessionHarness.received(transport).stream().anyMatch(line -> line.startsWith("close:1001"));
    }

    private @Nullable String closeDeadline() {
        return run(set(Setting.CLOSE_TIMEOUT, 30), System::nanoTime, (harness, connection) -> {
            SessionHarness.sessionOf(connection).close();
            FaultInjection.arm();
            soon(() -> endpoint.ended() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            return foundNoStack() || soon(endpoint::ended) ? null : "a peer that does not answer is not cut";
        });
    }

    private @Nullable String sendDeadline() {
        return run(set(Setting.SEND_TIMEOUT, 30), System::nanoTime, (harness, connection) -> {
            transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("waits");
            FaultInjection.arm();
            soon(() -> endpoint.ended() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            return foundNoStack() || soon(endpoint::ended) ? null : "a peer that takes nothing is not cut";
        });
    }

    private @Nullable String run(Settings settings, LongSupplier clock, Scenario scenario) {
        Settings unwatched = Settings.builder().set(Setting.MEMORY_BUDGET, 0L).build(); // no task but the sessions'
        Settings all = settings.over(set(Setting.KEEP_ALIVE_INTERVAL, 0)).over(unwatched);
        SessionHarness harness = new SessionHarness(new RecordingEndpoint(), all, clock);
        try {
            WebSocketConnection connection = harness.connect(endpoint, all, transport);
            if (!soon(() -> endpoint.session != null)) {
                return "no onOpen";
            }
            String wrong = scenario.of(harness, connection);
            Faults.disarm();
            if (wrong == null) {
                wrong = bystander(harness);
            }
            if (wrong == null && foundNoStack() && !soon(endpoint::ended)) {
                wrong = "the deadlines of others did not bring the timer back";
            }
            connection.cut("the test ends", CloseCause.STOPPED);
            if (wrong == null && !soon(() -> transport.isClosed() && endpoint.ended())) {
                wrong = "the session is not given back";
            }
            return wrong == null ? EndFaults.wrong(endpoint) : wrong;
        } finally {
            Faults.disarm();
            harness.connection.cut("the test ends", CloseCause.STOPPED);
            harness.runtime.close(Duration.ofMillis(50));
            harness.executor.shutdownNow();
        }
    }

    /** All sessions of a container have one task in the timer. */
    private static @Nullable String bystander(SessionHarness harness) {
        RecordingEndpoint other = new RecordingEndpoint();
        WebSocketConnection later = harness.connect(other, set(Setting.CLOSE_TIMEOUT, 30), new FakeTransport());
        if (!soon(() -> other.session != null)) {
            return "no onOpen of another session";
        }
        SessionHarness.sessionOf(later).close();
        return soon(other::ended) ? null : "another session has no deadlines any more";
    }

    private static Settings set(Setting<Duration> setting, long millis) {
        return Settings.builder().set(setting, Duration.ofMillis(millis)).build();
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    /**
     * Whether the timer's task itself found no stack, which on the timer's own thread is all there. The next deadline
     * of any session then makes another task.
     */
    private static boolean foundNoStack() {
        return Faults.where().contains("-timer < DeadlineQueue.run:-1");
    }

    /** As the timer does. */
    private static void look(WebSocketConnection connection) {
        FaultInjection.arm();
        try {
            connection.timeouts().run();
        } catch (Throwable e) {
            // the call itself found no stack, which it does on the timer's own thread
        }
        Faults.disarm();
    }

    /** Each session that lives has an entry, and the timer a task, which it takes out for a moment to run it. */
    private @Nullable String timer(SessionHarness harness) {
        SessionRegistry registry = harness.runtime.registry();
        ConnectionResources resources = harness.runtime.resources();
        boolean all = soon(() -> transport.isClosed()
                || (resources.deadlines().size() >= registry.size()
                        && !((ScheduledThreadPoolExecutor) resources.timer())
                                .getQueue()
                                .isEmpty()));
        return all ? null : "a session has no entry in the timer";
    }

    private void read(WebSocketConnection connection, byte[] frame) {
        transport.arrive(frame);
        connection.transportListener().onReadable();
    }
}
