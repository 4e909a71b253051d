package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.OutboundQueue;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Pings a peer from which nothing has come for the interval, and cuts the connection if nothing comes within the pong
 * timeout either (RFC 6455 5.5.2). Times are those of the session's {@link ReadingClock}. One thread at a time looks;
 * the others ask when the next look is due, and if one of them sees old values, that look is only too early.
 */
final class KeepAlive {
    /**
     * The payload of our pings, which distinguishes them from the application's. It is not all printable, so that an
     * application hardly uses it by chance.
     */
    private static final byte[] PAYLOAD = {(byte) 0xA7, 'h', 'a', 'w', 's', 'e', 'r', 0};

    private final ConnectionEnd end;
    private final OutboundQueue outbound;
    /** 0 for none. */
    private final long interval;

    private final long pongTimeout;
    /** When the unanswered ping was sent, if {@link #pinged}. */
    private long pingSent;

    private boolean pinged;

    /** @param exact whether the interval is not spread, for tests */
    KeepAlive(ConnectionEnd end, OutboundQueue outbound, Role role, Settings settings, boolean exact) {
        this.end = end;
        this.outbound = outbound;
        boolean pings = role == Role.SERVER || settings.get(Setting.CLIENT_KEEP_ALIVE);
        long asked = pings ? settings.get(Setting.KEEP_ALIVE_INTERVAL).toNanos() : 0;
        this.interval = asked == 0 || exact ? asked : spread(asked);
        this.pongTimeout = settings.get(Setting.PONG_TIMEOUT).toNanos();
    }

    /** Changes a time by up to a tenth either way, so that the timers of many sessions do not fire together. */
    private static long spread(long nanos) {
        long tenth = Math.max(nanos / 10, 1);
        return nanos - tenth + ThreadLocalRandom.current().nextLong(2 * tenth);
    }

    /** Whether a pong's payload is that of our ping, so that the application does not see it. */
    boolean isOurs(byte[] payload) {
        return interval > 0 && Arrays.equals(payload, PAYLOAD);
    }

    /**
     * Sends what is due, or cuts the connection.
     *
     * @param received when bytes came last
     */
    void look(long now, long received) {
        if (interval == 0) {
            return;
        }
        if (pinged && received - pingSent >= 0) {
            pinged = false;
        } else if (pinged && now - pingSent >= pongTimeout) {
            end.cut("no pong within " + TimeUnit.NANOSECONDS.toMillis(pongTimeout) + " ms", CloseCause.KEEP_ALIVE_LOST);
        }
        if (!pinged && now - received >= interval) {
            ping(); // first, because no pong is due if this throws
            pingSent = now;
            pinged = true;
        }
    }

    private void ping() {
        try {
            outbound.control().append(Opcode.PING, PAYLOAD);
            outbound.flush();
        } catch (IOException e) {
            // the connection is closing or closed, and needs no ping
        }
    }

    /**
     * The time until {@link #look} is due; {@link Long#MAX_VALUE} without pings. After a ping that is an interval,
     * since the pong may have come by then, but not later than its deadline.
     */
    long untilLook(long now, long received) {
        if (interval == 0) {
            return Long.MAX_VALUE;
        }
        if (!pinged) {
            return received + interval - now;
        }
        long next = pingSent + interval - now;
        long overdue = pingSent + pongTimeout - now;
        return next > 0 ? Math.min(next, overdue) : overdue;
    }
}
