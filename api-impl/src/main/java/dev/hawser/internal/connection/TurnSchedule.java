package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Has the turns of one session run: by the reading thread once it has parsed what it read, or by a dispatcher. A turn
 * that cannot be scheduled now, as for want of stack in the thread of a sender, is when the session's next event comes,
 * or the timer looks at the session.
 * Thread-safe.
 */
final class TurnSchedule {
    private static final VarHandle OWED;

    static {
        try {
            OWED = MethodHandles.lookup().findVarHandle(TurnSchedule.class, "owed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Reading reading;
    private final DrainDispatcher dispatcher;
    private final Deadlines timeouts;
    private final Turn.Ticket ticket;

    /**
     * Whether a turn is due that could not be scheduled. Set by who failed to, without a call, which may not be
     * possible; taken back by the one thread that schedules it.
     */
    volatile boolean owed;

    TurnSchedule(Reading reading, DrainDispatcher dispatcher, Deadlines timeouts, Turn turn) {
        this.reading = reading;
        this.dispatcher = dispatcher;
        this.timeouts = timeouts;
        this.ticket = new Turn.Ticket(turn);
    }

    /** A turn is due. Throws, as for want of stack, only if it has not been scheduled. */
    void now() {
        if (reading.isReadingThread()) {
            reading.oweTurn();
        } else {
            dispatcher.ready(ticket);
        }
    }

    /** The same for one that the reading thread has owed. */
    void byDispatcher() {
        dispatcher.ready(ticket);
    }

    /** There may be no next event: the timer's next look at the session pays. */
    private void retrySoon() {
        try {
            timeouts.retrySoon();
        } catch (Throwable e) {
            // The look that is due pays.
        }
    }

    /** An event has come for which no turn is due: what is owed is paid. */
    void payOwed() {
        if (owed && OWED.compareAndSet(this, true, false)) {
            try {
                now();
            } catch (Throwable e) {
                owed = true;
                retrySoon();
            }
        }
    }
}
