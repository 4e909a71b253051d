package dev.hawser.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a test expects of one peer: the wait, and the words of the failure. */
final class Expectations {
    static final String INTERRUPTED = "the thread of the test was interrupted.";

    private final String path;
    private final PeerInbox inbox;
    private final Transcript transcript;
    private final Duration deadline;

    /** @param path without the query, which may hold a token */
    Expectations(String path, PeerInbox inbox, Transcript transcript, Duration deadline) {
        this.path = path;
        this.inbox = inbox;
        this.transcript = transcript;
        this.deadline = deadline;
    }

    /** Expects one event, octet by octet. */
    void exactly(PeerEvent expected) {
        PeerEvent came = next(expected.description(), expected.isPing());
        if (!expected.isSameAs(came)) {
            String difference = expected instanceof PeerEvent.Text wanted && came instanceof PeerEvent.Text text
                    ? Quoted.difference(wanted.message(), text.message())
                    : "";
            throw failure(expected.description(), came.description() + " came." + difference);
        }
    }

    /**
     * The next event, whatever it is.
     *
     * @param pings whether a ping counts
     */
    PeerEvent next(String expected, boolean pings) {
        PeerEvent came = take(expected, deadline, pings);
        if (came == null && inbox.isOver()) {
            throw failure(expected, "the connection has ended.");
        }
        if (came == null) {
            throw failure(expected, "nothing came within " + words(deadline) + ".");
        }
        return came;
    }

    AssertionError instead(String expected, PeerEvent came) {
        return failure(expected, came.description() + " came.");
    }

    /** @param left how much of the time has not yet passed */
    void nothingFor(Duration time, Duration left) {
        PeerEvent came = take("nothing", left, false);
        if (came != null) {
            throw failure("nothing for " + words(time), came.description() + " came.");
        }
    }

    void becomes(String expected, BooleanSupplier condition) {
        if (!isTrueWithin(deadline, condition)) {
            throw failure(
                    expected,
                    Thread.currentThread().isInterrupted()
                            ? INTERRUPTED
                            : "that was not so within " + words(deadline) + ".");
        }
    }

    /** Expects that a condition holds, which no peer is needed for. */
    static void holds(String what, BooleanSupplier condition, Duration deadline) {
        if (!isTrueWithin(deadline, condition)) {
            String unmet = Thread.currentThread().isInterrupted()
                    ? "Not so, and " + INTERRUPTED + " Awaited: "
                    : "Not so within " + words(deadline) + ": ";
            throw new AssertionError(unmet + what);
        }
    }

    /** Expects that onOpen returns. */
    void opens(MemoryTransport transport) {
        String expected = "onOpen to return";
        try {
            if (!transport.isOpenedWithin(deadline.toNanos())) {
                throw failure(expected, "that was not so within " + words(deadline) + ".");
            }
            if (!transport.hasBegun()) {
                throw failure(expected, "the connection has ended before it was called.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(expected, INTERRUPTED);
        }
    }

    private @Nullable PeerEvent take(String expected, Duration time, boolean pings) {
        try {
            return inbox.take(time.toNanos(), pings);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(expected, INTERRUPTED);
        }
    }

    private AssertionError failure(String expected, String instead) {
        return new AssertionError(
                "Expected " + expected + ", but " + instead + "\nPeer of " + path + ". " + transcript);
    }

    /** Looks at a condition often, and at the end of the time once more; returns whether it has become true. */
    static boolean isTrueWithin(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(500_000);
        }
        return true;
    }

    /** @throws IllegalArgumentException if the deadline is not positive */
    static Duration positive(Duration deadline) {
        if (deadline.isZero() || deadline.isNegative()) {
            throw new IllegalArgumentException("Expected a positive deadline, got " + deadline);
        }
        return deadline;
    }

    static Duration notNegative(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("Time does not go back, got " + time);
        }
        return time;
    }

    static String words(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
