package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The shared threads that run the turns of the ready queue. A worker is woken only if none is active, and takes turns
 * until the queue is empty. {@link #look} adds workers if the queue does not move. Thread-safe.
 */
final class Workers implements TurnMonitor.Watched {
    private static final String GOES_ON = LimitedLog.prepared("a callback thread continues after an error");
    /** If more turns wait per active worker, another worker is woken, up to the number of processors. */
    private static final int DEEP_QUEUE = 32;

    private final DispatchThreads threads;
    private final String name;
    private final int max;
    private final LentThread lentThread;
    private final Runnable watch;
    private final Object lock = new Object();

    // All fields below are guarded by lock.
    private final ReadyQueue queue = new ReadyQueue();
    private int active;
    private int created;
    private final WorkerBound bound = new WorkerBound();
    /** The idle workers, linked by {@link Worker#nextParked}, so that parking needs no memory. */
    private @Nullable Worker parked;
    /** The number of workers that stand aside in the middle of their turns. */
    private int aside;

    /**
     * A worker that counts as active and may not have been woken, because its waker met an error of the JVM. {@link
     * #look} wakes it then. Written without the lock by who wakes it.
     */
    private volatile @Nullable Worker owed;
    /** {@link #owed} at the last look. */
    private @Nullable Worker owedBefore;

    private boolean stopped;
    private long takenBefore;
    /** Whether the queue did not move at the last look, and the limit of workers is reached. */
    private boolean exhausted;
    /**
     * Whether a queue without a worker waits for the end of a turn. Written with the lock held, also read without it.
     */
    private volatile boolean wakeOwed;

    /**
     * @param name begins the names of the threads
     * @param max the most workers
     * @param lender lends a thread for one task while none of ours can be started
     * @param watch lets {@link #look} be called in short intervals, for a while
     */
    Workers(DispatchThreads threads, String name, int max, Executor lender, Runnable watch) {
        this.threads = threads;
        this.name = name;
        this.max = max;
        this.lentThread = new LentThread(lender, lock);
        this.watch = watch;
    }

    /**
     * Queues a turn for a worker. It throws only if the ticket was not queued.
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
        } catch (Throwable e) { // an error of the JVM; the monitor now handles the queue
            try {
                lookedAfter();
            } catch (Throwable again) {
                // not even the call was possible; the monitor also looks by itself after a while
            }
        }
    }

    private void seeToQueue(boolean inTurn) {
        Worker wake = null;
        synchronized (lock) {
            if (active == 0 && queue.size() > 0) {
                if (inTurn && !stopped) { // a stopped monitor does nothing
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

    /** Called when a turn has ended: the turns that it scheduled run now. */
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
        wake(wake);
    }

    /** Wakes a worker, if there is one to be woken, and never throws. */
    private void wake(@Nullable Worker worker) {
        if (worker == null) {
            return;
        }
        try {
            if (!worker.isStarted()) {
                start(worker);
            } else {
                LockSupport.unpark(worker.thread);
            }
            if (owed == worker) {
                owed = null;
            }
        } catch (Throwable e) { // an error of the JVM
            owed = worker;
            lookedAfter();
        }
    }

    private void start(Worker worker) {
        boolean isStarted;
        synchronized (lock) {
            if (!worker.running || worker.isStarted()) { // another thread was faster, or has failed to
                return;
            }
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

    /** Calls the monitor, and never throws: the monitor also looks by itself after a while. */
    void lookedAfter() {
        try {
            watch.run();
        } catch (Throwable e) {
            // an error of the JVM
        }
    }

    /** Whether turns wait that are not heavy. The result may be old. */
    boolean anyLightWaits() {
        return queue.anyLight();
    }

    /**
     * The calling worker waits in the middle of its turn, so that other turns go first, until its place in the queue
     * has come, among the heavy turns. Another worker replaces it. Returns at once if the thread is not a worker, or
     * the limit of workers is reached. It may throw a StackOverflowError; the end of the turn then {@linkplain #settle
     * settles} the rest.
     */
    void standAside() {
        if (!(threads.taskOfThisThread() instanceof Worker worker)) {
            return;
        }
        if (worker.aside || worker.standIn != null) { // an earlier send of this turn had no stack left
            settle(worker);
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
            if (!worker.hasPlace) { // it may have continued before its place came
                queue.add(worker.place, Turn.Weight.HEAVY);
                worker.hasPlace = true;
            }
        }
        wakeStandIn(worker);
        worker.waitForItsPlace();
    }

    private void wakeStandIn(Worker worker) {
        if (worker.standIn != null) {
            wake(worker.standIn);
            worker.standIn = null;
        }
    }

    /** Ends the standing aside of a worker that continues, or whose turn has ended. */
    void settle(Worker worker) {
        wakeStandIn(worker);
        synchronized (lock) {
            goesOn(worker);
        }
    }

    /** Called with the lock held. Returns whether the worker stood aside until now. */
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
     * Takes the next turn, null if there is none. Called with the lock held.
     *
     * @param by the worker that would run the turn; if a worker that stood aside continues instead, the result is null,
     *     and this one rests
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

    /** Takes the next turn of a worker; null if the worker must rest. */
    Turn.@Nullable Ticket takeOrRest(Worker worker) {
        synchronized (lock) {
            Turn.Ticket ticket = worker.running && active <= bound.get() ? poll(worker) : null;
            if (ticket == null && worker.running) {
                active--;
                worker.running = false;
                worker.nextParked = parked;
                parked = worker;
            }
            return ticket;
        }
    }

    /** Whether the worker ends, because it was idle for long, or the dispatcher stops. */
    boolean ends(Worker worker, boolean idleForLong) {
        synchronized (lock) {
            if (worker.running || !stopped && !idleForLong) {
                return false;
            }
            worker.ended = true; // addWorker skips it in the list of idle workers
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
        Worker late;
        int waiting;
        synchronized (lock) {
            late = owed == owedBefore ? owed : null;
            owedBefore = owed;
            waiting = queue.size();
            boolean stuck = waiting > 0 && (active == 0 || queue.taken() == takenBefore);
            bound.looked(lost, active, stuck, queue.anyLight());
            boolean deep = waiting > DEEP_QUEUE * active;
            // Not while another is owed: an error of the JVM would lose the second one, which nobody remembers.
            if (owed == null && active < bound.get() && (stuck || deep)) {
                wake = addWorker();
            }
            exhausted = stuck && wake == null && active + aside >= max;
            takenBefore = queue.taken();
        }
        wake(late);
        wake(wake);
        return waiting;
    }

    @Override
    public boolean isStuck() {
        synchronized (lock) {
            return bound.wasStuck();
        }
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

    /** Runs the waiting turns, and then ends the threads. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            for (Worker worker = parked; worker != null; worker = worker.nextParked) {
                LockSupport.unpark(worker.thread);
            }
        }
    }

    /** A worker that the caller must wake after releasing the lock, or null at the limit. The lock is held. */
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
        if (owed == null) {
            owed = worker;
        }
        return worker;
    }

    /**
     * Called if no worker could be started: one thread of the container runs the queue; without one, the next caller
     * tries again.
     */
    private void lendThread() {
        if (!lentThread.lendFor(this::drain)) {
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
            lentThread.lent = ticket != null;
            return ticket;
        }
    }

    /** Runs a turn that is not in the queue. */
    void run(Turn.Ticket ticket) {
        try {
            ticket.turn.run();
            ticket.ran();
        } catch (Throwable e) {
            threw(ticket, e);
        }
    }

    /**
     * Handles an error of the JVM in a turn: logs it, and runs the turn again, since it has not begun, or not ended.
     * Never throws, because the thread serves other turns.
     */
    void threw(Turn.@Nullable Ticket ticket, Throwable error) {
        if (runsAgain(ticket, error) && ticket != null) {
            queue(ticket, false);
        }
    }

    /** Logs an error of the JVM in a turn, and returns whether the turn must run again. */
    static boolean runsAgain(Turn.@Nullable Ticket ticket, Throwable error) {
        DispatchThreads.log(GOES_ON, error);
        return ticket != null && ticket.mayRunAgain();
    }
}
