package dev.hawser.internal.dispatch;

import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Each turn runs once, though no monitor looks after the workers, in whatever order their threads run. */
class WorkersInterleavings {
    private static final class World {
        final List<Thread> threads = new ArrayList<>();
        final Workers workers;

        World(int max) {
            DispatchThreads made = new DispatchThreads(task -> {
                Thread thread = new Thread(task);
                threads.add(thread);
                return thread;
            });
            workers = new Workers(
                    made,
                    "worker-",
                    max,
                    task -> {
                        throw new AssertionError("threads can be started here");
                    },
                    () -> {});
        }

        /** Returns how often the turn has run. */
        AtomicInteger queue(boolean inTurn) {
            AtomicInteger runs = new AtomicInteger();
            workers.queue(new Turn.Ticket(runs::incrementAndGet), inTurn);
            return runs;
        }

        /** Waits for the end of the threads; a turn that was forgotten has then not run. */
        void stop() {
            workers.stop();
            for (Thread thread : List.copyOf(threads)) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Law
    void eachTurnThatTwoThreadsQueueRunsOnceAndOneWorkerIsEnough() {
        Interleavings.of(() -> {
            World world = new World(4);
            AtomicInteger[] runs = new AtomicInteger[2];
            Interleavings.together(() -> runs[0] = world.queue(false), () -> runs[1] = world.queue(false));
            world.stop();
            Interleavings.same("runs of one", 1, runs[0].get());
            Interleavings.same("runs of the other", 1, runs[1].get());
            Interleavings.same("workers", 1, world.threads.size());
        });
    }

    @Law
    void aTurnThatATurnQueuesRunsOnceBehindIt() {
        Interleavings.of(() -> {
            World world = new World(4);
            AtomicInteger[] runs = new AtomicInteger[2];
            Interleavings.together(
                    () -> {
                        runs[0] = world.queue(true);
                        world.workers.turnEnded();
                    },
                    () -> runs[1] = world.queue(false));
            world.stop();
            Interleavings.same("runs of one", 1, runs[0].get());
            Interleavings.same("runs of the other", 1, runs[1].get());
        });
    }
}
