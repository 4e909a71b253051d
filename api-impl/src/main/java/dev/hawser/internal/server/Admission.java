package dev.hawser.internal.server;

import dev.hawser.ConnectionCounts;
import dev.hawser.HandshakeRejectedException;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.memory.MemoryWatch;
import dev.hawser.internal.session.SessionPlace;
import dev.hawser.internal.transport.PeerAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives an opening handshake its place under the caps of the application and of its endpoint, before code of the
 * application runs, or refuses it. The session gives the place back when it has gone. Thread-safe.
 */
final class Admission {
    /** The least and the most seconds after which a client may try again. They vary, so that not all come at once. */
    private static final int LEAST_WAIT = 5;

    private static final int MOST_WAIT = 15;

    private final LongSupplier nanoTime;
    private final MemoryWatch memory;
    private final SessionCaps application;
    private final LongAdder refusedBySessions = new LongAdder();
    private final LongAdder refusedByAddress = new LongAdder();
    private final LongAdder refusedByRate = new LongAdder();

    Admission(LongSupplier nanoTime, MemoryWatch memory) {
        this.nanoTime = nanoTime;
        this.memory = memory;
        this.application = new SessionCaps(nanoTime.getAsLong());
    }

    /** The place of one session, or of a handshake that may become one. */
    static final class Seat implements SessionPlace {
        private static final AtomicIntegerFieldUpdater<Seat> GIVEN =
                AtomicIntegerFieldUpdater.newUpdater(Seat.class, "given");

        private final SessionCaps application;
        private final @Nullable String address;
        /** 1 if the place was given back. Changed through {@link #GIVEN}. */
        private volatile int given;

        /** The caps of the endpoint, if it has counted the session. Written before the session is known to others. */
        private volatile @Nullable SessionCaps endpoint;

        private volatile @Nullable String addressAtEndpoint;

        Seat(SessionCaps application, @Nullable String address) {
            this.application = application;
            this.address = address;
        }

        @Override
        public void giveBack() {
            if (given == 1 || !GIVEN.compareAndSet(this, 0, 1)) {
                return;
            }
            try {
                application.leave(address);
            } finally {
                SessionCaps counted = endpoint;
                if (counted != null) {
                    counted.leave(addressAtEndpoint);
                }
            }
        }
    }

    /**
     * A place for a session of this endpoint, which the caller gives back if no session begins.
     *
     * @throws HandshakeRejectedException 503 or 429 with {@code Retry-After}, if a cap would be exceeded, or the
     *     memory budget is
     */
    Seat place(Settings container, DeployedEndpoint endpoint, @Nullable String remoteAddress) {
        if (memory.refusesHandshake()) {
            throw later(503, "Too little memory for another web socket");
        }
        long now = nanoTime.getAsLong();
        @Nullable String address = counted(container, remoteAddress);
        refuse(application.enter(container, address, now));
        boolean admitted = false;
        Seat seat = null;
        try {
            seat = new Seat(application, address);
            Settings declared = endpoint.declaredCaps();
            if (declared != null) {
                @Nullable String atEndpoint = counted(declared, remoteAddress);
                refuse(endpoint.caps().enter(declared, atEndpoint, now));
                seat.addressAtEndpoint = atEndpoint;
                seat.endpoint = endpoint.caps();
            }
            admitted = true;
            return seat;
        } finally {
            if (!admitted && seat != null) {
                seat.giveBack();
            } else if (!admitted) {
                application.leave(address);
            }
        }
    }

    private static @Nullable String counted(Settings settings, @Nullable String remoteAddress) {
        return settings.get(Setting.MAX_SESSIONS_PER_ADDRESS) > 0 ? PeerAddress.of(remoteAddress) : null;
    }

    private void refuse(@Nullable Setting<Integer> cap) {
        if (cap == null) {
            return;
        }
        if (cap == Setting.MAX_SESSIONS_PER_ADDRESS) {
            refusedByAddress.increment();
            throw later(429, "Too many web sockets from this address"); // RFC 6585 4
        }
        if (cap == Setting.MAX_HANDSHAKES_PER_SECOND) {
            refusedByRate.increment();
            throw later(503, "Too many handshakes at once");
        }
        refusedBySessions.increment();
        throw later(503, "Too many web sockets");
    }

    /** RFC 9110 10.2.3. */
    private static HandshakeRejectedException later(int status, String why) {
        int seconds = ThreadLocalRandom.current().nextInt(LEAST_WAIT, MOST_WAIT);
        return new HandshakeRejectedException(
                status, why, Map.of("Retry-After", List.of(Integer.toString(seconds))), why);
    }

    ConnectionCounts counts() {
        return new ConnectionCounts(
                application.sessions(), refusedBySessions.sum(), refusedByAddress.sum(), refusedByRate.sum());
    }

    /** How many peers' addresses the application counts. */
    int addresses() {
        return application.addresses();
    }
}
