package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.Clock;
import dev.hawser.internal.transport.OutboundQueue;
import jakarta.websocket.CloseReason;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one session, with one entry in the container's timer: its opening, keep-alive pings and their pongs,
 * the idle timeout, the rate of messages, the closing handshake, sends. Traffic only notes the time; the timer checks
 * it at the earliest deadline, and sleeps again if there was traffic. Runs no code of the application. The timer never
 * waits for the session: see {@link Errand}.
 */
public final class SessionTimeouts implements Runnable, Deadlines {
    /**
     * Some 73 years: its sum with a time of System.nanoTime is still in the future; with Long.MAX_VALUE it would not
     * be.
     */
    private static final long LONGEST_IDLE = Long.MAX_VALUE / 4;

    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(5);

    private final ConnectionEnd end;
    private final OutboundQueue outbound;
    private final WatchedConnection watched;
    private final TimerEntry entry;
    private final KeepAlive keepAlive;
    /** The clock for the deadlines of the peer. */
    private final ReadingClock clock;
    /** The clock for all others. */
    private final Clock time;

    private final DrainDispatcher dispatcher;

    private final Settings settings;
    /** Made when the first message takes several readings. Written by the reading thread. */
    private volatile @Nullable MessageRate rate;

    private volatile long sendNanos;
    private volatile long closeNanos;
    private volatile long idleNanos;
    private volatile long retryNanos = FIRST_RETRY;
    /** When bytes came last. */
    private volatile long received;
    /** When the application last sent or received: messages, and pings and pongs other than those of the keep-alive. */
    private volatile long active;
    /** Whether the timer will check the rate of a message. */
    private volatile boolean rateScheduled;
    /** Whether the peer's deadlines are not scheduled, because their clock stands still. */
    private volatile boolean asleep;

    /** Whether the session must open by {@link #openDeadline}. */
    private volatile boolean opening;

    private volatile long openDeadline;

    private volatile boolean closing;
    private volatile long closeDeadline;

    SessionTimeouts(
            ConnectionEnd end,
            OutboundQueue outbound,
            WatchedConnection watched,
            ConnectionResources resources,
            Errand.Maker errands,
            ReadingClock clock,
            Role role,
            Settings settings) {
        this.end = end;
        this.outbound = outbound;
        this.watched = watched;
        this.clock = clock;
        this.time = resources.clock();
        this.dispatcher = resources.dispatcher();
        this.entry = new TimerEntry(resources.deadlines(), errands.of(this));
        this.settings = settings;
        this.keepAlive = new KeepAlive(end, outbound, role, settings, dispatcher.isOrdered());
        this.sendNanos = settings.get(Setting.SEND_TIMEOUT).toNanos();
        this.closeNanos = settings.get(Setting.CLOSE_TIMEOUT).toNanos();
        this.idleNanos = settings.get(Setting.IDLE_TIMEOUT).toNanos();
    }

    /**
     * Cuts the session if it does not open in this time: a container that cannot write its 101 may tell nobody, such as
     * Tomcat if the peer has reset the connection, and the session would keep its place. Called before other threads
     * know the session.
     */
    public void mustOpenWithin(long nanos) {
        openDeadline = time.nanoTime() + nanos;
        opening = true;
        entry.scheduleAt(openDeadline);
    }

    void start() {
        opening = false;
        received = clock.now();
        active = received;
        reschedule(time.nanoTime());
    }

    /** Called when bytes have arrived. */
    void received() {
        received = clock.now();
    }

    /** See {@link MessageRate#shareOfLeast}. */
    double shareOfLeastRate(double pace) {
        return MessageRate.shareOfLeast(pace, settings);
    }

    /**
     * Called when bytes were parsed, see {@link MessageRate#progressed}. A message that arrives piece by piece counts
     * as traffic.
     */
    void parsed(long finished, long wireBytes, boolean mid) {
        if (mid) {
            active();
        }
        MessageRate begun = rate;
        if (begun == null) {
            if (!mid || settings.get(Setting.MIN_MESSAGE_RATE) == 0) {
                return;
            }
            begun = new MessageRate(settings, clock);
            rate = begun;
        }
        if (begun.progressed(finished, wireBytes, mid, received) && !rateScheduled) {
            rateScheduled = true;
            entry.scheduleAt(time.nanoTime() + begun.graceNanos());
        }
    }

    ReadingClock clock() {
        return clock;
    }

    /** The present time of the container's clock. */
    long now() {
        return time.nanoTime();
    }

    /** Called when reading stops. */
    void readingStops() {
        clock.stop();
    }

    /** Called when reading goes on. */
    void readingGoesOn() {
        if (clock.isStopped()) {
            clock.go();
            if (asleep) {
                asleep = false;
                reschedule(time.nanoTime());
            }
        }
    }

    /** Called when the application has sent or received. */
    public void active() {
        if (idleNanos > 0) {
            active = clock.now();
        }
    }

    public long idleTimeoutMillis() {
        return TimeUnit.NANOSECONDS.toMillis(idleNanos);
    }

    /** Sets the idle timeout in milliseconds, from now on; 0 or less is none, and the longest is some 73 years. */
    public void idleTimeout(long millis) {
        active = clock.now();
        idleNanos = millis <= 0 ? 0 : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), LONGEST_IDLE);
        if (idleNanos > 0) {
            entry.scheduleAt(time.nanoTime() + idleNanos);
        }
    }

    /** Sets the timeout of writes, in nanoseconds. */
    public void sendTimeout(long nanos) {
        sendNanos = nanos;
    }

    /** Sets the timeout of a closing handshake that has not begun, in nanoseconds. */
    public void closeTimeout(long nanos) {
        closeNanos = nanos;
    }

    /** Starts the deadline of the closing handshake. */
    @Override
    public void closeBegan() {
        if (!closing) {
            closeDeadline = time.nanoTime() + closeNanos;
            closing = true;
            entry.scheduleAt(closeDeadline);
        }
    }

    /** Called when a send waits: schedules its deadline. */
    void sendPending() {
        long now = time.nanoTime();
        long wait = outbound.untilDeadline(sendNanos, now);
        if (wait != Long.MAX_VALUE) {
            entry.scheduleAt(now + wait);
        }
    }

    /**
     * Schedules another attempt of what has thrown at the end of the connection: soon, and then less and less often.
     */
    @Override
    public void retrySoon() {
        long delay = retryNanos;
        retryNanos = Math.min(2 * delay, LONGEST_RETRY);
        try {
            entry.scheduleRetryAt(time.nanoTime() + delay);
        } catch (Throwable e) {
            entry.scheduleRetryAt(time.nanoTime() + delay); // once more, since a lack of memory may be over
        }
    }

    /** Ends all deadlines. */
    @Override
    public void end() {
        entry.end();
    }

    /** Whether a pong's payload is that of a keep-alive ping, so that the application does not see it. */
    boolean isKeepAlive(byte[] payload) {
        return keepAlive.isOurs(payload);
    }

    /** The look of the timer. If it throws, the timer looks again after a second. */
    @Override
    public void run() {
        watched.scheduleCompletedSends();
        watched.payOwedTurn();
        boolean failedAgain = end.retry();
        if (!entry.hasEnded()) {
            look(time.nanoTime());
        } else if (!failedAgain) {
            entry.isNotNeeded();
        }
    }

    private void look(long now) {
        if (opening) {
            lookAtOpening(now);
            return;
        }
        if (closing && now - closeDeadline >= 0) {
            end.cut("the closing handshake took too long", CloseCause.CLOSED_BY_APPLICATION);
            return;
        }
        long send = outbound.untilDeadline(sendNanos, now);
        if (send <= 0) {
            end.cut("a send took longer than its timeout", CloseCause.SEND_TIMEOUT);
            return;
        }
        if (send != Long.MAX_VALUE) {
            active(); // a message that is being written counts as traffic, and has its own deadline
        }
        if (!closing) {
            if (watched.isReadingPaused()) {
                clock.stop(); // a callback runs on the event loop, which reads again after it
            }
            lookAtPeer(clock.now());
        }
        reschedule(now);
    }

    /** The cut runs on a worker, because it gives the endpoint's object back. Until it has, the timer calls again. */
    private void lookAtOpening(long now) {
        if (now - openDeadline >= 0) {
            dispatcher.readySoon(new Turn.Ticket(this::cutUnopened));
        } else {
            entry.scheduleAt(openDeadline);
        }
    }

    private void cutUnopened() {
        if (opening) {
            end.cut("the container did not open it in time", CloseCause.NOT_OPENED);
        }
    }

    private void lookAtPeer(long now) {
        long idle = idleNanos;
        if (idle > 0 && now - active >= idle) {
            closeIdle(TimeUnit.NANOSECONDS.toMillis(idle));
        }
        MessageRate begun = rate;
        if (begun != null && begun.isTooSlow(now)) {
            end.closeForFault(CloseReason.CloseCodes.VIOLATED_POLICY, begun.rule(), CloseCause.SLOW_SENDER);
        }
        keepAlive.look(now, received);
    }

    /** Jakarta WebSocket 2.1.5: the endpoint gets 1006, and the peer gets an orderly close. */
    private void closeIdle(long millis) {
        String why = "idle for " + millis + " ms";
        end.closeByUs(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, why), CloseCode.ABNORMAL, CloseCause.IDLE);
    }

    private void reschedule(long now) {
        long wait = Long.MAX_VALUE;
        if (closing) {
            wait = closeDeadline - now;
        } else {
            wait = untilPeerIsLookedAt();
        }
        wait = Math.min(wait, outbound.untilDeadline(sendNanos, now));
        if (wait != Long.MAX_VALUE) {
            entry.scheduleAt(now + Math.max(wait, 0));
        } else {
            entry.isNotNeeded();
        }
    }

    /** The time until a deadline of the peer; without end while the clock stands still. */
    private long untilPeerIsLookedAt() {
        asleep = true; // before the check, so that a change in between is not lost
        if (clock.isStopped()) {
            return Long.MAX_VALUE;
        }
        asleep = false;
        long now = clock.now();
        long idle = idleNanos;
        long wait = idle > 0 ? active + idle - now : Long.MAX_VALUE;
        wait = Math.min(wait, keepAlive.untilLook(now, received));
        rateScheduled = false; // before the check, for the same reason
        MessageRate begun = rate;
        if (begun != null && begun.isWatched()) {
            rateScheduled = true;
            wait = Math.min(wait, begun.untilLook(now));
        }
        return wait;
    }
}
