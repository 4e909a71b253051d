package dev.hawser.internal.dispatch;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.transport.OutboundQueue;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A turn stands aside for another one. Whatever throws in it: the turn may meet the error, as its application would,
 * and all others run; afterwards no worker is counted that does not work.
 */
public class StandingAsideFaults implements Callable<String> {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch begin = new CountDownLatch(1);
    private final ExecutorService container = Executors.newCachedThreadPool();

    @Override
    public String call() throws Exception {
        DrainDispatcher dispatcher = new DrainDispatcher("test", 8, 8, 0, OutboundQueue.class, container);
        try {
            Sending first = new Sending(dispatcher);
            Sending second = new Sending(dispatcher);
            dispatcher.ready(first.ticket);
            dispatcher.ready(second.ticket);
            FaultInjection.arm();
            begin.countDown();
            soon(() -> told.contains("sent") || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            if (Faults.where().endsWith("< Worker.run:-1")) {
                return null; // a thread that has just begun has stack
            }
            Turn last = () -> told.add("last");
            dispatcher.ready(new Turn.Ticket(last));
            if (!soon(() -> told.contains("last"))) {
                return "later turns do not run: " + told;
            }
            if (!soon(() -> told.contains("the end of a turn") && first.ended && second.ended)) {
                return "a turn does not end: " + told;
            }
            return soon(() -> workersAtWork(dispatcher) == 0)
                    ? null
                    : "workers that do not work are counted: " + workersAtWork(dispatcher);
        } finally {
            Faults.disarm();
            dispatcher.stop(Duration.ofMillis(200).toNanos());
            container.shutdownNow();
        }
    }

    /** What nobody can see from outside: with a wrong count later turns are slow to begin. */
    private static int workersAtWork(DrainDispatcher dispatcher) {
        try {
            Field workers = DrainDispatcher.class.getDeclaredField("workers");
            workers.setAccessible(true);
            Field active = Workers.class.getDeclaredField("active");
            active.setAccessible(true);
            return active.getInt(workers.get(dispatcher));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the test cannot reach it", e);
        }
    }

    /** Sends while another turn waits. */
    private final class Sending implements Turn {
        final Ticket ticket = new Ticket(this);
        private final DrainDispatcher dispatcher;
        private volatile Thread thread;
        volatile boolean ended;

        Sending(DrainDispatcher dispatcher) {
            this.dispatcher = dispatcher;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            int slot = dispatcher.activeTurns().enter(this, thread);
            try {
                begin.await();
                Turn waiting = () -> told.add("waited");
                dispatcher.ready(new Ticket(waiting));
                dispatcher.aSendBegins();
                told.add("sent");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } catch (Throwable e) {
                told.add("met " + e); // as a callback that catches everything
            } finally {
                dispatcher.activeTurns().leave(slot, this);
                thread = null;
                ended = true;
                told.add("the end of a turn");
            }
        }

        @Override
        public void mayStandAside(Runnable standAside) {
            standAside.run();
        }

        @Override
        public boolean runsOn(Thread other) {
            return thread == other;
        }
    }
}
