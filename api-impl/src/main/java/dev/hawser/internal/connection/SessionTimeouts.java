package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.OutboundQueue;
import jakarta.websocket.CloseReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one session, with one entry in the container's timer: keep-alive pings and their pongs, the idle
 * timeout, the closing handshake, sends. Traffic only notes the time; the timer looks at it when the earliest deadline
 * comes, and goes back to sleep if there was some. Runs no code of the application and never blocks.
 */
public final class SessionTimeouts implements Runnable, Deadlines {
    /** Tells our pings from the application's; not all of it is printable, so that nobody types it. */
    private static final byte[] KEEP_ALIVE = {(byte) 0xA7, 'h', 'a', 'w', 's', 'e', 'r', 0};

    /** Some 73 years: a sum of it and a time stays in the future, which one of Long.MAX_VALUE does not. */
    private static final long LONGEST_IDLE = Long.MAX_VALUE / 4;

    /** How long until an entry comes again that nothing has replaced, since that threw. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(5);

    private final ConnectionEnd end;
    private final OutboundQueue outbound;
    private final WatchedConnection watched;
    private final ScheduledThreadPoolExecutor timer;
    private final long keepAliveNanos;
    private final long pongNanos;
    /** The time of all that is expected of the peer. */
    private final ReadingClock clock;

    private final MessageRate rate;

    private volatile long sendNanos;
    private volatile long closeNanos;
    private volatile long idleNanos;
    private volatile long retryNanos = FIRST_RETRY;
    /** When bytes came last. */
    private volatile long received;
    /**
     * When the application's traffic went either way last: messages, and pings and pongs but those of the keep-alive.
     */
    private volatile long active;
    /** When the unanswered keep-alive ping was sent, if {@link #pinged}. Only touched by the timer. */
    private long pingSent;

    private boolean pinged;
    /** Whether the timer will look at the rate of a message. */
    private volatile boolean rateScheduled;
    /** Whether the peer's deadlines are not scheduled, since their clock stood still. */
    private volatile boolean asleep;

    private volatile boolean closing;
    private volatile long closeDeadline;
    private volatile boolean ended;

    // Guarded by the clock's monitor.
    private @Nullable ScheduledFuture<?> entry;
    private long entryDeadline;
    /** Whether the entry has come, and none has taken its place. */
    private boolean fired;

    SessionTimeouts(
            ConnectionEnd end,
            OutboundQueue outbound,
            WatchedConnection watched,
            ScheduledThreadPoolExecutor timer,
            ReadingClock clock,
            Role role,
            Settings settings) {
        this.end = end;
        this.outbound = outbound;
        this.watched = watched;
        this.timer = timer;
        this.clock = clock;
        this.rate = new MessageRate(settings, clock);
        boolean pings = role == Role.SERVER || settings.get(Setting.CLIENT_KEEP_ALIVE);
        long interval = pings ? settings.get(Setting.KEEP_ALIVE_INTERVAL).toNanos() : 0;
        this.keepAliveNanos = interval == 0 ? 0 : jittered(interval);
        this.pongNanos = settings.get(Setting.PONG_TIMEOUT).toNanos();
        this.sendNanos = settings.get(Setting.SEND_TIMEOUT).toNanos();
        this.closeNanos = settings.get(Setting.CLOSE_TIMEOUT).toNanos();
        this.idleNanos = settings.get(Setting.IDLE_TIMEOUT).toNanos();
    }

    void start() {
        received = clock.now();
        active = received;
        reschedule(System.nanoTime());
    }

    /** Bytes came. */
    void received() {
        received = clock.now();
    }

    /** See {@link MessageRate#shareOfLeast}. */
    double shareOfLeastRate(double pace) {
        return rate.shareOfLeast(pace);
    }

    /**
     * What came was parsed, see {@link MessageRate#progressed}; a message that arrives piece by piece is not idleness.
     */
    void parsed(long finished, long wireBytes, boolean mid) {
        if (mid) {
            active();
        }
        if (rate.progressed(finished, wireBytes, mid, received) && !rateScheduled) {
            rateScheduled = true;
            scheduleAt(System.nanoTime() + rate.graceNanos());
        }
    }

    ReadingClock clock() {
        return clock;
    }

    /** The peer's bytes are not read from now on. */
    void readingStops() {
        clock.stop();
    }

    /** They are read again. */
    void readingGoesOn() {
        if (clock.isStopped()) {
            clock.go();
            if (asleep) {
                asleep = false;
                reschedule(System.nanoTime());
            }
        }
    }

    /** The application's traffic went by. */
    public void active() {
        if (idleNanos > 0) {
            active = clock.now();
        }
    }

    public long idleTimeoutMillis() {
        return TimeUnit.NANOSECONDS.toMillis(idleNanos);
    }

    /** Sets the idle timeout, from now on; 0 or less is none, and the longest is some 73 years. */
    public void idleTimeout(long millis) {
        active = clock.now();
        idleNanos = millis <= 0 ? 0 : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), LONGEST_IDLE);
        if (idleNanos > 0) {
            scheduleAt(System.nanoTime() + idleNanos);
        }
    }

    /** For writes that wait from now on. */
    public void sendTimeout(long nanos) {
        sendNanos = nanos;
    }

    /** For a closing handshake that has not begun yet. */
    public void closeTimeout(long nanos) {
        closeNanos = nanos;
    }

    /** The closing handshake has begun: its deadline runs. */
    @Override
    public void closeBegan() {
        if (!closing) {
            closeDeadline = System.nanoTime() + closeNanos;
            closing = true;
            scheduleAt(closeDeadline);
        }
    }

    /** A send waits: its deadline runs. */
    void sendPending() {
        long now = System.nanoTime();
        long wait = outbound.untilDeadline(sendNanos, now);
        if (wait != Long.MAX_VALUE) {
            scheduleAt(now + wait);
        }
    }

    /** Something at the end of the connection has thrown: it is tried again soon, and then less and less often. */
    @Override
    public void retrySoon() {
        long delay = retryNanos;
        retryNanos = Math.min(2 * delay, LONGEST_RETRY);
        try {
            scheduleAt(System.nanoTime() + delay);
        } catch (Throwable e) {
            scheduleAt(System.nanoTime() + delay); // a lack of memory may be over
        }
    }

    /** Ends all deadlines. */
    @Override
    public void end() {
        ended = true;
        synchronized (clock) {
            forgetEntry();
        }
    }

    /** Under the guard. */
    private void forgetEntry() {
        if (entry != null) {
            entry.cancel(false);
            entry = null;
        }
        fired = false;
    }

    /** Whether a pong's payload is that of a keep-alive ping, so that the application does not see it. */
    boolean isKeepAlive(byte[] payload) {
        return keepAliveNanos > 0 && Arrays.equals(payload, KEEP_ALIVE);
    }

    /** Whatever throws, the entry stays in the timer and comes again. */
    @Override
    public void run() {
        try {
            synchronized (clock) {
                fired = true;
            }
            if (!ended) {
                watched.scheduleCompletedSends();
                watched.payOwedTurn();
                end.retry();
                look(System.nanoTime());
            }
        } catch (Throwable e) {
            report(e);
        }
    }

    private static void report(Throwable failure) {
        try {
            LOGGER.log(System.Logger.Level.WARNING, "The deadlines of a session are looked at again", failure);
        } catch (Throwable e) {
            // there may be no memory for a line
        }
    }

    private void look(long now) {
        if (closing && now - closeDeadline >= 0) {
            end.cut("the closing handshake took too long");
            return;
        }
        long send = outbound.untilDeadline(sendNanos, now);
        if (send <= 0) {
            end.cut("a send took longer than its timeout");
            return;
        }
        if (send != Long.MAX_VALUE) {
            active(); // a message that is on its way is not idleness, and has a deadline of its own
        }
        if (!closing) {
            if (watched.isReadingPaused()) {
                clock.stop(); // a callback on the event loop, which goes on reading after it
            }
            lookAtPeer(clock.now());
        }
        reschedule(now);
    }

    private void lookAtPeer(long now) {
        long idle = idleNanos;
        if (idle > 0 && now - active >= idle) {
            closeIdle(TimeUnit.NANOSECONDS.toMillis(idle));
        }
        if (rate.isTooSlow(now)) {
            end.closeForFault(CloseReason.CloseCodes.VIOLATED_POLICY, rate.rule());
        }
        if (keepAliveNanos > 0) {
            keepAlive(now);
        }
    }

    private void keepAlive(long now) {
        if (pinged && received - pingSent >= 0) {
            pinged = false;
        } else if (pinged && now - pingSent >= pongNanos) {
            end.cut("no pong within " + TimeUnit.NANOSECONDS.toMillis(pongNanos) + " ms");
        }
        if (!pinged && now - received >= keepAliveNanos) {
            sendKeepAlive(); // first: if it throws, no pong is owed
            pingSent = now;
            pinged = true;
        }
    }

    private void sendKeepAlive() {
        try {
            outbound.control().append(Opcode.PING, KEEP_ALIVE);
            outbound.flush();
        } catch (IOException e) {
            // The connection is closing or gone, which needs no ping.
        }
    }

    /** Jakarta WebSocket 2.1.5: the endpoint is told 1006; the peer, that it is an orderly close. */
    private void closeIdle(long millis) {
        String why = "idle for " + millis + " ms";
        end.closeByUs(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, why), CloseCode.ABNORMAL);
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
            scheduleAt(now + Math.max(wait, 0));
        } else {
            synchronized (clock) {
                if (fired) {
                    forgetEntry();
                }
            }
        }
    }

    /** While the clock stands still that is when it goes on. */
    private long untilPeerIsLookedAt() {
        asleep = true; // before the question, so that an answer in between is not lost
        if (clock.isStopped()) {
            return Long.MAX_VALUE;
        }
        asleep = false;
        long now = clock.now();
        long idle = idleNanos;
        long wait = idle > 0 ? active + idle - now : Long.MAX_VALUE;
        if (keepAliveNanos > 0) {
            wait = Math.min(wait, pinged ? untilPong(now) : received + keepAliveNanos - now);
        }
        rateScheduled = false; // before the question, likewise
        if (rate.isWatched()) {
            rateScheduled = true;
            wait = Math.min(wait, rate.untilLook(now));
        }
        return wait;
    }

    /** Looks again after an interval, since the pong may have come by then, and at the latest when it is overdue. */
    private long untilPong(long now) {
        long interval = pingSent + keepAliveNanos - now;
        long overdue = pingSent + pongNanos - now;
        return interval > 0 ? Math.min(interval, overdue) : overdue;
    }

    private void scheduleAt(long deadline) {
        synchronized (clock) {
            if (ended || entry != null && !fired && entryDeadline - deadline <= 0) {
                return;
            }
            try {
                // The old one is given up only when there is a new one: if there is no memory for that, it comes again.
                ScheduledFuture<?> made = timer.scheduleWithFixedDelay(
                        this, Math.max(deadline - System.nanoTime(), 0), AGAIN, TimeUnit.NANOSECONDS);
                forgetEntry();
                entry = made;
                entryDeadline = deadline;
            } catch (RejectedExecutionException e) {
                forgetEntry(); // the container has stopped, and cuts all sessions itself
            }
        }
    }

    /** Spreads {@code nanos} by up to a tenth either way, so that timers of many sessions do not fire together. */
    private static long jittered(long nanos) {
        long tenth = Math.max(nanos / 10, 1);
        return nanos - tenth + ThreadLocalRandom.current().nextLong(2 * tenth);
    }
}
