package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.ObservedHandshake;
import dev.hawser.extension.Opcode;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Writes what it is told as events of JDK Flight Recorder. Loaded only where {@code jdk.jfr} is present, and told only
 * while a recording runs. Thread-safe.
 */
final class FlightEvents implements OwnObserver {
    /** The shortest callback that becomes an event, in nanoseconds. */
    static final long SLOW_CALLBACK = TimeUnit.MILLISECONDS.toNanos(10);

    /** How many methods of a blocked thread are shown. */
    private static final int STACK = 20;

    @Name("dev.hawser.Handshake")
    @Label("WebSocket Handshake")
    @Category("Hawser")
    @StackTrace(false)
    @Description("An opening handshake was decided")
    static final class Handshake extends Event {
        @Label("Endpoint")
        String endpoint = "";

        @Label("Client")
        boolean client;

        @Label("Status")
        @Description("The HTTP status; 0 if a client got no answer")
        int status;

        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;
    }

    @Name("dev.hawser.Session")
    @Label("WebSocket Session")
    @Category("Hawser")
    @StackTrace(false)
    @Description("A session, from its opening to its end")
    static final class Session extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Endpoint")
        String endpoint = "";

        @Label("Client")
        boolean client;

        @Label("Cause")
        String cause = "";

        @Label("Close Code")
        int closeCode;

        // These four are counted by one thread at a time, see ConnectionObserver.
        @Label("Messages Received")
        long messagesReceived;

        @Label("Bytes Received")
        @DataAmount
        long bytesReceived;

        @Label("Messages Sent")
        long messagesSent;

        @Label("Bytes Sent")
        @DataAmount
        long bytesSent;
    }

    @Name("dev.hawser.Callback")
    @Label("WebSocket Callback")
    @Category("Hawser")
    @StackTrace(false)
    @Description("A callback of an endpoint took 10 ms or more")
    static final class SlowCallback extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Endpoint")
        String endpoint = "";

        @Label("Callback")
        String callback = "";

        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;
    }

    @Name("dev.hawser.Frame")
    @Label("WebSocket Frame")
    @Category("Hawser")
    @StackTrace(false)
    @Enabled(false)
    @Description("A frame was received, or queued to be sent. Off unless a recording asks for it")
    static final class Frame extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Received")
        boolean received;

        @Label("Opcode")
        String opcode = "";

        @Label("Length")
        @DataAmount
        long length;

        @Label("Final")
        boolean fin;
    }

    @Name("dev.hawser.QueueHighWater")
    @Label("WebSocket Queue High Water")
    @Category("Hawser")
    @StackTrace(false)
    @Description("More waits to be sent than ever before; told each time that it doubles")
    static final class HighWater extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Endpoint")
        String endpoint = "";

        @Label("Waiting")
        @DataAmount
        long waiting;
    }

    @Name("dev.hawser.SendFailed")
    @Label("WebSocket Send Failed")
    @Category("Hawser")
    @StackTrace(false)
    static final class FailedSend extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Endpoint")
        String endpoint = "";

        @Label("Failure")
        @Description("The class of the exception")
        String failure = "";
    }

    @Name("dev.hawser.BlockedCallback")
    @Label("WebSocket Blocked Callback")
    @Category("Hawser")
    @StackTrace(false)
    @Description("A callback has not returned for a second or more; told each time that doubles")
    static final class Blocked extends Event {
        @Label("Session")
        String sessionId = "";

        @Label("Endpoint")
        String endpoint = "";

        @Label("Thread")
        Thread blockedThread = Thread.currentThread();

        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;

        @Label("Stack")
        @Description("What its thread does: the topmost methods")
        String stack = "";
    }

    @Name("dev.hawser.MemoryBudgetReached")
    @Label("WebSocket Memory Budget Reached")
    @Category("Hawser")
    @StackTrace(false)
    @Description("All connections of the JVM hold more than their budget")
    static final class BudgetReached extends Event {
        @Label("Held")
        @DataAmount
        long held;

        @Label("Budget")
        @DataAmount
        long budget;
    }

    /** The events of sessions that have opened during a recording, by the ids of the sessions. */
    private final Map<String, Session> open = new ConcurrentHashMap<>();

    /** Called when no recording runs any more. */
    void forget() {
        open.clear();
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        Handshake event = new Handshake();
        if (event.isEnabled()) {
            event.endpoint = handshake.endpoint();
            event.client = handshake.client();
            event.status = handshake.status();
            event.time = handshake.nanos();
            event.commit();
        }
    }

    @Override
    public void opened(ObservedConnection connection) {
        Session event = new Session();
        if (event.isEnabled()) {
            event.begin();
            open.put(connection.sessionId(), event);
        }
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        Session known = open.remove(connection.sessionId());
        Session event = known == null ? new Session() : known;
        if (event.isEnabled()) {
            event.sessionId = connection.sessionId();
            event.endpoint = connection.endpoint();
            event.client = connection.client();
            event.cause = cause.name();
            event.closeCode = closeCode;
            event.commit();
        }
    }

    @Override
    public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
        Session event = open.get(connection.sessionId());
        if (event != null) {
            event.messagesReceived++;
            event.bytesReceived += bytes;
        }
    }

    @Override
    public void messageSent(ObservedConnection connection, Opcode kind, long bytes) {
        Session event = open.get(connection.sessionId());
        if (event != null) {
            event.messagesSent++;
            event.bytesSent += bytes;
        }
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        if (nanos >= SLOW_CALLBACK) {
            SlowCallback event = new SlowCallback();
            event.sessionId = connection.sessionId();
            event.endpoint = connection.endpoint();
            event.callback = callback.name();
            event.time = nanos;
            event.commit();
        }
    }

    @Override
    public void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {
        Blocked event = new Blocked();
        if (event.isEnabled()) {
            event.sessionId = connection.sessionId();
            event.endpoint = connection.endpoint();
            event.blockedThread = thread;
            event.time = nanos;
            event.stack = Arrays.stream(thread.getStackTrace())
                    .limit(STACK)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining("\n"));
            event.commit();
        }
    }

    @Override
    public void memoryBudgetReached(long heldBytes, long budget) {
        BudgetReached event = new BudgetReached();
        event.held = heldBytes;
        event.budget = budget;
        event.commit();
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        write(connection, true, frame);
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        write(connection, false, frame);
    }

    private static void write(ObservedConnection connection, boolean received, ObservedFrame frame) {
        Frame event = new Frame();
        if (event.isEnabled()) {
            event.sessionId = connection.sessionId();
            event.received = received;
            event.opcode = frame.opcode().name();
            event.length = frame.length();
            event.fin = frame.fin();
            event.commit();
        }
    }

    @Override
    public void queueHighWater(ObservedConnection connection, long bytes) {
        HighWater event = new HighWater();
        event.sessionId = connection.sessionId();
        event.endpoint = connection.endpoint();
        event.waiting = bytes;
        event.commit();
    }

    @Override
    public void sendFailed(ObservedConnection connection, Throwable failure) {
        FailedSend event = new FailedSend();
        event.sessionId = connection.sessionId();
        event.endpoint = connection.endpoint();
        event.failure = failure.getClass().getName();
        event.commit();
    }
}
