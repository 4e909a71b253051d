package dev.hawser.internal.connection;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A message that becomes a turn, a callback, a reply and a SendHandler's call, of one of two sessions that share all
 * threads. Whatever throws in it: that session goes on, or ends once and gives back what it holds; the other one is
 * served, a callback that blocks beside it or not.
 */
public class TurnFaults implements Callable<String> {
    private static final Settings SETTINGS =
            Settings.builder().set(Setting.SLOW_CALLBACK, SessionHarness.SOON).build();

    @Override
    public String call() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        RecordingEndpoint other = new RecordingEndpoint();
        SessionHarness harness = new SessionHarness(other, SETTINGS.over(Settings.defaults()));
        try {
            FakeTransport transport = new FakeTransport();
            WebSocketConnection connection = harness.connect(endpoint, SETTINGS, transport);
            if (!soon(() -> endpoint.session != null && other.session != null)) {
                return "no onOpen";
            }
            byte[] message = SessionHarness.text("one");
            int writes = transport.writes();
            FaultInjection.arm();
            read(connection, transport, message);
            soon(() -> transport.writes() > writes || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            read(connection, transport, SessionHarness.text("two"));
            if (!soon(() -> endpoint.ended() || endpoint.calls.contains("text:two"))) {
                return "the session is silent: " + endpoint.calls + " closed=" + transport.isClosed();
            }
            return bystander(harness, other, endpoint, connection, transport);
        } finally {
            Faults.disarm();
            harness.runtime.close(Duration.ofMillis(200));
            harness.executor.shutdownNow();
        }
    }

    private static String bystander(
            SessionHarness harness,
            RecordingEndpoint other,
            RecordingEndpoint endpoint,
            WebSocketConnection connection,
            FakeTransport transport) {
        RecordingEndpoint blocks = new RecordingEndpoint();
        FakeTransport third = new FakeTransport();
        WebSocketConnection blocked = harness.connect(blocks, SETTINGS, third);
        read(blocked, third, SessionHarness.text("block"));
        if (!soon(() -> blocks.calls.contains("text:block"))) {
            return "a third session is not served";
        }
        harness.read(SessionHarness.text("hello"));
        boolean served = soon(() -> harness.received().contains("text:hello"));
        blocks.release.countDown();
        if (!served) {
            return "a callback that blocks holds up another session: " + other.calls;
        }
        connection.cut("the test ends", CloseCause.STOPPED);
        if (!soon(endpoint::ended)) {
            return "onClose is lost: " + endpoint.calls;
        }
        if (!soon(() -> transport.isClosed() && harness.runtime.registry().size() == 2)) {
            return "the session is not given back: closed=" + transport.isClosed();
        }
        long ends = endpoint.calls.stream()
                .filter(call -> call.startsWith("close:"))
                .count();
        return ends == 1 ? null : "onClose came " + ends + " times";
    }

    /** What the thread of a container throws into it ends the connection, as containers do. */
    private static void read(WebSocketConnection connection, FakeTransport transport, byte[] frame) {
        transport.arrive(frame);
        try {
            connection.transportListener().onReadable();
        } catch (Throwable e) {
            connection.transportListener().onClosed(e);
        }
    }
}
