package dev.hawser.internal.server;

import dev.hawser.Setting;
import dev.hawser.Settings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the sessions of an application or of one endpoint, and refuses handshakes that would exceed its caps. A cap of
 * 0 is none. Thread-safe without locks of its own.
 */
final class SessionCaps {
    /** The sessions of one address. Accessed only in computations of the map, which exclude each other. */
    private static final class Count {
        int sessions;
    }

    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<String, Count> byAddress = new ConcurrentHashMap<>();
    private final HandshakeRate rate;

    /** @param now the time, as for {@link #enter} */
    SessionCaps(long now) {
        rate = new HandshakeRate(now);
    }

    int sessions() {
        return sessions.get();
    }

    /** How many addresses are counted. */
    int addresses() {
        return byAddress.size();
    }

    /**
     * Counts one more session, unless that would exceed a cap.
     *
     * @param address as {@code PeerAddress} gives it, or null if it is not to be counted
     * @param now the time in nanoseconds, as of {@link System#nanoTime}
     * @return the setting that refuses the session; null if it is counted, and {@link #leave} must follow
     */
    @Nullable Setting<Integer> enter(Settings settings, @Nullable String address, long now) {
        int perSecond = settings.get(Setting.MAX_HANDSHAKES_PER_SECOND);
        if (perSecond > 0 && !rate.admits(perSecond, now)) {
            return Setting.MAX_HANDSHAKES_PER_SECOND;
        }
        int most = settings.get(Setting.MAX_SESSIONS);
        int before = sessions.getAndUpdate(count -> most > 0 && count >= most ? count : count + 1);
        if (most > 0 && before >= most) {
            return Setting.MAX_SESSIONS;
        }
        boolean entered = false;
        try {
            entered = address == null || hasRoom(address, settings.get(Setting.MAX_SESSIONS_PER_ADDRESS));
        } finally {
            if (!entered) {
                sessions.decrementAndGet();
            }
        }
        return entered ? null : Setting.MAX_SESSIONS_PER_ADDRESS;
    }

    private boolean hasRoom(String address, int most) {
        boolean[] entered = new boolean[1];
        byAddress.compute(address, (key, known) -> {
            Count count = known == null ? new Count() : known;
            if (count.sessions < most) {
                count.sessions++;
                entered[0] = true;
            }
            return count.sessions == 0 ? null : count;
        });
        return entered[0];
    }

    /** Counts one session less. {@code address} is that of {@link #enter}. */
    void leave(@Nullable String address) {
        sessions.decrementAndGet();
        if (address != null) {
            byAddress.computeIfPresent(address, SessionCaps::oneLess);
        }
    }

    private static @Nullable Count oneLess(String address, Count count) {
        return --count.sessions <= 0 ? null : count;
    }
}
