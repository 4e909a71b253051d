package dev.hawser.examples.dashboard;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedHandshake;
import dev.hawser.examples.json.JsonObject;
import dev.hawser.extension.Opcode;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happens between two looks, and remembers the last sessions that ended. The messages of the page itself
 * are left out: it would show that it looks at itself. Thread-safe.
 */
final class Traffic implements ConnectionObserver {
    /** More closes than these in a second are counted by cause alone. */
    private static final int MOST_CLOSES = 20;

    private static final Clock CLOCK = Clock.systemUTC();

    private final String left;
    private final LongAdder opened = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder receivedMessages = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentMessages = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder failedSends = new LongAdder();
    private final Latencies callbacks = new Latencies();
    private volatile boolean takenOut;

    /** Guarded by itself. */
    private final Deque<JsonObject> closes = new ArrayDeque<>();

    /**
     * Counts nothing before it is added to a container.
     *
     * @param left the path of the endpoint whose messages are left out
     */
    Traffic(String left) {
        this.left = left;
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        if (!handshake.accepted()) {
            refused.increment();
        }
    }

    @Override
    public void opened(ObservedConnection connection) {
        opened.increment();
    }

    @Override
    public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
        if (counts(connection)) {
            receivedMessages.increment();
            receivedBytes.add(bytes);
        }
    }

    @Override
    public void messageSent(ObservedConnection connection, Opcode kind, long bytes) {
        if (counts(connection)) {
            sentMessages.increment();
            sentBytes.add(bytes);
        }
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        if (counts(connection) && callback == ObservedCallback.MESSAGE) {
            callbacks.count(nanos);
        }
    }

    @Override
    public void sendFailed(ObservedConnection connection, Throwable failure) {
        failedSends.increment();
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        JsonObject close = new JsonObject()
                .put("time", CLOCK.millis())
                .put("endpoint", connection.endpoint())
                .put("session", connection.sessionId())
                .put("cause", cause.name())
                .put("code", closeCode);
        synchronized (closes) {
            if (closes.size() == MOST_CLOSES) {
                closes.removeFirst();
            }
            closes.addLast(close);
        }
    }

    /** Counts no longer: its calls took too long. */
    @Override
    public void takenOut() {
        takenOut = true;
    }

    boolean isTakenOut() {
        return takenOut;
    }

    private boolean counts(ObservedConnection connection) {
        return !connection.endpoint().equals(left);
    }

    /** Adds what was counted since the last call. */
    void addTo(JsonObject second) {
        Latencies.Counted times = callbacks.take();
        List<JsonObject> ended;
        synchronized (closes) {
            ended = new ArrayList<>(closes);
            closes.clear();
        }
        second.put("opened", opened.sumThenReset())
                .put("refused", refused.sumThenReset())
                .put("received", receivedMessages.sumThenReset())
                .put("receivedBytes", receivedBytes.sumThenReset())
                .put("sent", sentMessages.sumThenReset())
                .put("sentBytes", sentBytes.sumThenReset())
                .put("failedSends", failedSends.sumThenReset())
                .put("callbacks", times.count())
                .put("half", times.nanos(0.5))
                .put("most", times.nanos(0.99))
                .put("longest", times.nanos(1))
                .put("closes", ended);
    }
}
