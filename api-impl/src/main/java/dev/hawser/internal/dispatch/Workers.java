package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The shared threads that run the turns of the one ready queue. A worker is woken only if none is active, and takes
 * turn after turn until the queue is empty. {@link #look} adds workers when the queue does not move. Thread-safe.
 */
final class Workers implements TurnMonitor.Watched {
    private static final String GOES_ON = LimitedLog.prepared("a callback thread goes on after an error");
    /** Ticks without a turn taken after which one more worker is worth it, whatever the others seem to do. */
    private static final int STILL_TICKS = 20;
    /** Waiting turns per active worker above which another one is worth its wake, while there are cores. */
    private static final int DEEP_QUEUE = 32;

    private final DispatchThreads threads;
    private final String name;
    private final int max;
    private final Executor lender;
    private final Runnable watch;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final Object lock = new Object();

    // All below: guarded by lock.
    private final ReadyQueue queue = new ReadyQueue();
    private int active;
    private int created;
    /** How many workers may take turns: as many as processors compute, beside those that wait. */
    private int mayWork = Integer.MAX_VALUE;
    /** The workers that rest, linked by {@link Worker#nextParked}: parking must not need memory. */
    private @Nullable Worker parked;
    /** Whether a lent thread empties the queue, or is about to. */
    private boolean lent;

    /** How many stand aside in the middle of their turns. */
    private int aside;

    private boolean stopped;
    private long takenBefore;
    private int stillTicks;
    /** Whether the queue did not move at the last look, and there may be no more workers. */
    private boolean exhausted;
    /** Whether a queue without a worker waits for the end of a turn. Written under the lock, also read without. */
    private volatile boolean wakeOwed;

    /**
     * @param name begins the names of the threads
     * @param max how many there may be
     * @param lender has a thread for one task while none of ours can be started
     * @param watch has {@link #look} called in short intervals, for a while
     */
    Workers(DispatchThreads threads, String name, int max, Executor lender, Runnable watch) {
        this.threads = threads;
        this.name = name;
        this.max = max;
        this.lender = lender;
        this.watch = watch;
    }

    /**
     * Has the turn run by a worker. Throws only if the ticket is not in the queue.
     *
     * @param inTurn whether the calling thread runs a turn, at the end of which {@link #turnEnded} is called
     */
    @Override
    public void queue(Turn.Ticket ticket, boolean inTurn) {
        Turn.Weight weight = ticket.turn.weight();
        synchronized (lock) {
            queue.add(ticket, weight);
        }
        try {
            seeToQueue(inTurn);
        } catch (Throwable e) { // of the Java machine: what waits is the monitor's case now
            lookedAfter();
        }
    }

    private void seeToQueue(boolean inTurn) {
        Worker wake = null;
        synchronized (lock) {
            if (active == 0 && queue.size() > 0) {
                if (inTurn && !stopped) { // a monitor that has stopped sees to nothing
                    wakeOwed = true;
                } else {
                    wake = addWorker();
                }
            }
        }
        if (wake != null) {
            wake(wake);
        } else {
            watch.run();
        }
    }

    /** A turn has ended: what it made ready runs now. */
    void turnEnded() {
        if (!wakeOwed) {
            return;
        }
        Worker wake = null;
        synchronized (lock) {
            if (queue.size() > 0 && active == 0) {
                wake = addWorker();
            }
            wakeOwed = false;
        }
        if (wake != null) {
            wake(wake);
        }
    }

    /** Never throws. */
    private void wake(Worker worker) {
        try {
            if (!worker.isStarted()) {
                start(worker);
            } else {
                LockSupport.unpark(worker.thread);
            }
        } catch (Throwable e) { // of the Java machine
            notWoken(worker);
            lookedAfter();
        }
    }

    private void start(Worker worker) {
        boolean isStarted;
        synchronized (lock) {
            isStarted = threads.start(worker.thread, worker);
            if (!isStarted) {
                active--;
                worker.running = false;
            }
        }
        if (!isStarted) {
            lendThread();
        }
    }

    /**
     * If its thread runs it wakes by itself, as it is told to do so with a deadline; else it is none of the active
     * ones.
     */
    private void notWoken(Worker worker) {
        synchronized (lock) {
            if (worker.running && !worker.isStarted()) {
                active--;
                worker.running = false;
            }
        }
    }

    /** Never throws: if nobody can be told, the monitor looks by itself in a while. */
    void lookedAfter() {
        try {
            watch.run();
        } catch (Throwable e) {
            // of the Java machine
        }
    }

    /** Whether turns wait that are not known to weigh much. An old answer does no harm. */
    boolean anyLightWaits() {
        return queue.anyLight();
    }

    /**
     * The running worker stops in the middle of its turn, so that others that wait go first, and returns when its place
     * in the queue has come, among the heavy turns. Another worker stands in for it. Returns at once on a thread that
     * is no worker, and where there may be no more workers. Throws for want of stack, and then the end of the turn
     * {@linkplain #settle settles} what was left.
     */
    void standAside() {
        if (!(threads.taskOfThisThread() instanceof Worker worker)) {
            return;
        }
        synchronized (lock) {
            if (!stopped && queue.anyLight()) {
                worker.standIn = addWorker();
            }
            if (worker.standIn == null) {
                return;
            }
            active--;
            aside++;
            worker.aside = true;
            if (!worker.hasPlace) { // it may have gone on before its place came
                queue.add(worker.place, Turn.Weight.HEAVY);
                worker.hasPlace = true;
            }
        }
        wakeStandIn(worker);
        worker.waitForItsPlace();
    }

    private void wakeStandIn(Worker worker) {
        Worker standIn = worker.standIn;
        if (standIn != null) {
            wake(standIn);
            worker.standIn = null;
        }
    }

    /** The worker goes on, or its turn has ended: it stands aside no longer. */
    void settle(Worker worker) {
        wakeStandIn(worker);
        synchronized (lock) {
            goesOn(worker);
        }
    }

    /** Under the lock. Returns whether the worker stood aside until now. */
    private boolean goesOn(Worker worker) {
        boolean stoodAside = worker.aside;
        if (stoodAside) {
            worker.aside = false;
            aside--;
            active++;
            LockSupport.unpark(worker.thread);
        }
        return stoodAside;
    }

    /**
     * Under the lock: the next turn, null if there is none.
     *
     * @param by the worker that would run it; if a worker that stood aside goes on instead, it gets none, and rests
     */
    private Turn.@Nullable Ticket poll(@Nullable Worker by) {
        Turn.Ticket ticket = queue.poll();
        while (ticket != null && ticket.turn instanceof Worker.Place place) {
            place.worker.hasPlace = false;
            boolean instead = goesOn(place.worker) && by != null;
            ticket = instead ? null : queue.poll();
        }
        return ticket; // nothing is called after it was taken: it would be lost
    }

    /** The next turn of a worker; null if it has to rest. */
    Turn.@Nullable Ticket takeOrRest(Worker worker) {
        synchronized (lock) {
            Turn.Ticket ticket = worker.running && active <= mayWork ? poll(worker) : null;
            if (ticket == null && worker.running) {
                active--;
                worker.running = false;
                worker.nextParked = parked;
                parked = worker;
            }
            return ticket;
        }
    }

    /** Whether the worker ends: it has been idle for long, or the dispatcher stops. */
    boolean ends(Worker worker, boolean idleForLong) {
        synchronized (lock) {
            if (worker.running || !stopped && !idleForLong) {
                return false;
            }
            worker.ended = true; // and is passed over where it is parked
        }
        threads.ends(worker.thread);
        return true;
    }

    @Override
    public int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }

    @Override
    public int look(int lost) {
        Worker wake = null;
        int waiting;
        synchronized (lock) {
            waiting = queue.size();
            boolean stuck = waiting > 0 && (active == 0 || queue.taken() == takenBefore);
            stillTicks = stuck ? stillTicks + 1 : 0;
            mayWork = Math.max(cores + lost, stillTicks >= STILL_TICKS ? active + 1 : 0);
            boolean deep = waiting > DEEP_QUEUE * active;
            if (active < mayWork && (stuck || deep)) {
                wake = addWorker();
            }
            exhausted = stuck && wake == null && active + aside >= max;
            takenBefore = queue.taken();
        }
        if (wake != null) {
            wake(wake);
        }
        return waiting;
    }

    @Override
    public Turn.@Nullable Ticket overflow() {
        synchronized (lock) {
            Turn.Ticket ticket = exhausted ? poll(null) : null;
            if (ticket != null) { // nothing is called after it was taken: it would be lost
                exhausted = false;
                takenBefore++;
            }
            return ticket;
        }
    }

    /** The turns that wait are run, and then the threads end. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            for (Worker worker = parked; worker != null; worker = worker.nextParked) {
                LockSupport.unpark(worker.thread);
            }
        }
    }

    /** Under the lock: a worker that is to be woken after it, or null if there may be no more. */
    private @Nullable Worker addWorker() {
        while (parked != null && parked.ended) {
            parked = parked.nextParked;
        }
        Worker worker = parked;
        if (worker != null) {
            parked = worker.nextParked;
            worker.nextParked = null;
        } else if (active + aside >= max) {
            return null;
        } else {
            worker = new Worker(this, threads, name + (created + 1));
            created++;
        }
        active++;
        worker.running = true;
        return worker;
    }

    /**
     * No worker could be started: one thread that the container has already empties the queue, or else who comes next
     * tries again.
     */
    private void lendThread() {
        synchronized (lock) {
            if (lent) {
                return;
            }
            lent = true;
        }
        try {
            lender.execute(this::drain);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            synchronized (lock) {
                lent = false;
            }
            watch.run();
        }
    }

    private void drain() {
        for (Turn.Ticket ticket = takeLent(); ticket != null; ticket = takeLent()) {
            run(ticket);
        }
    }

    private Turn.@Nullable Ticket takeLent() {
        synchronized (lock) {
            Turn.Ticket ticket = poll(null);
            lent = ticket != null;
            return ticket;
        }
    }

    /** Runs a turn outside of the queue. */
    void run(Turn.Ticket ticket) {
        try {
            ticket.turn.run();
            ticket.ran();
        } catch (Throwable e) {
            threw(ticket, e);
        }
    }

    /**
     * A turn does not throw, but the Java machine may, and its thread serves others: the turn has not begun, or not
     * ended, and is run again. Never throws.
     */
    void threw(Turn.@Nullable Ticket ticket, Throwable error) {
        DispatchThreads.log(GOES_ON, error);
        if (ticket != null && ticket.mayRunAgain()) {
            queue(ticket, false);
        }
    }
}
