package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Schedules the turns of one session: on the reading thread once it has parsed, or by the dispatcher. If a turn cannot
 * be scheduled, for instance after a StackOverflowError on a sender's thread, it is scheduled at the session's next
 * event, or by the timer. Thread-safe.
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
     * Whether a turn is due that could not be scheduled. It is set without a method call, which could throw an error,
     * and cleared by the thread that schedules the turn.
     */
    volatile boolean owed;

    TurnSchedule(Reading reading, DrainDispatcher dispatcher, Deadlines timeouts, Turn turn) {
        this.reading = reading;
        this.dispatcher = dispatcher;
        this.timeouts = timeouts;
        this.ticket = new Turn.Ticket(turn);
    }

    /** Schedules a turn. It throws an error only if the turn was not scheduled. */
    void now() {
        if (reading.isReadingThread()) {
            reading.oweTurn();
        } else {
            dispatcher.ready(ticket);
        }
    }

    /** Schedules a turn that the reading thread has noted. */
    void byDispatcher() {
        dispatcher.ready(ticket);
    }

    /** Lets the timer try again, since there may be no next event. */
    void retrySoon() {
        try {
            timeouts.retrySoon();
        } catch (Throwable e) {
            // the next event of the connection tries again, or the timer's next look
        }
    }

    /** Schedules the turn that could not be scheduled before, if there is one. */
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
