package dev.hawser.internal.dispatch;

import static dev.hawser.faults.Patience.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.OutboundQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows a turn on an event loop runs there, or, if that takes long or ends, on a worker; none runs twice. */
class FollowingTurnsTest {
    private final DrainDispatcher dispatcher = new DrainDispatcher("test", 4, 200, 0, OutboundQueue.class, task -> {
        throw new RejectedExecutionException("no thread to lend");
    });
    private final FollowingTurns following = dispatcher.followingTurns();
    private final List<String> runs = new CopyOnWriteArrayList<>();
    private final Thread test = Thread.currentThread();

    @AfterEach
    void end() {
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void theyRunInOrderOnTheCallingThread() {
        following.add(noting("one "));
        following.add(noting("two "));
        following.run();
        assertEquals(List.of("one here", "two here"), runs);
        following.run();
        assertEquals(2, runs.size());
    }

    @Test
    void oneThatAlreadyRunsIsNotRunAgainByAnEndFurtherDownTheStack() {
        following.add(new Turn.Ticket(() -> {
            runs.add("outer");
            following.run();
            runs.add("outer ends");
        }));
        following.add(noting("inner "));
        following.run();
        assertEquals(List.of("outer", "outer ends", "inner here"), runs);
    }

    @Test
    void thoseThatHaveWaitedForLongArePassedOn() {
        following.add(noting("one "));
        following.passOn(System.nanoTime() - Duration.ofHours(1).toNanos());
        assertEquals(List.of(), runs);
        following.passOn(System.nanoTime());
        assertTrue(soon(() -> runs.equals(List.of("one worker"))), runs::toString);
        following.run();
        assertEquals(1, runs.size());
    }

    @Test
    void oneThatAnErrorKeptFromBeingPassedOnRunsAfterTheNextTurn() {
        AtomicBoolean fails = new AtomicBoolean(true);
        following.add(new Turn.Ticket(new Turn() {
            @Override
            public Weight weight() {
                if (fails.getAndSet(false)) {
                    throw new OutOfMemoryError("of a test");
                }
                return Turn.super.weight();
            }

            @Override
            public void run() {
                runs.add("it " + thread());
            }
        }));
        assertThrows(OutOfMemoryError.class, () -> following.passOn(System.nanoTime()));
        following.run();
        assertEquals(List.of("it here"), runs);
    }

    @Test
    void ofThoseThatRunOnlyTheOthersArePassedOn() {
        following.add(new Turn.Ticket(() -> {
            following.passOn(System.nanoTime());
            assertTrue(soon(() -> runs.equals(List.of("other worker"))), runs::toString);
            runs.add("this");
        }));
        following.add(noting("other "));
        following.run();
        assertEquals(List.of("other worker", "this"), runs);
    }

    @Test
    void oneThatMetAnErrorBeforeItBeganRunsOnAWorker() {
        boolean[] first = {true};
        following.add(new Turn.Ticket(() -> {
            if (first[0]) {
                first[0] = false;
                throw new StackOverflowError("of a test");
            }
            runs.add(thread());
        }));
        following.add(noting("next "));
        following.run();
        assertEquals(
                "next here",
                runs.stream().filter(run -> run.startsWith("next")).findFirst().orElse(""));
        assertTrue(soon(() -> runs.contains("worker")), runs::toString);
        assertEquals(2, runs.size());
    }

    @Test
    void ofAnEventLoopWhoseDispatcherHasStoppedTheyRunOnAWorker() {
        OnEventLoop loop = new OnEventLoop(() -> dispatcher.readySoon(suiting("before ")));
        loop.run();
        assertEquals(List.of("before here"), runs);
        dispatcher.stop(Duration.ofSeconds(5).toNanos());
        new OnEventLoop(() -> {
                    dispatcher.readySoon(suiting("after "));
                    assertTrue(soon(() -> runs.size() == 2), runs::toString);
                })
                .run();
        assertFalse(runs.contains("after here"), runs::toString);
    }

    @Test
    void theMonitorPassesThemOnWhileTheCallbackWaits() {
        new OnEventLoop(() -> {
                    dispatcher.readySoon(suiting("waited for "));
                    assertTrue(soon(() -> runs.size() == 1), runs::toString);
                })
                .run();
        assertEquals(List.of("waited for worker"), runs);
    }

    private String thread() {
        Thread thread = Thread.currentThread();
        return thread == test ? "here" : thread.getName().startsWith("test-worker-") ? "worker" : thread.getName();
    }

    private Turn.Ticket noting(String name) {
        return new Turn.Ticket(() -> runs.add(name + thread()));
    }

    private Turn.Ticket suiting(String name) {
        return new Turn.Ticket(new Turn() {
            @Override
            public boolean suitsEventLoops() {
                return true;
            }

            @Override
            public void run() {
                runs.add(name + thread());
            }
        });
    }

    /** A turn on the calling thread, which counts as an event loop. */
    private final class OnEventLoop implements Turn {
        private final Thread thread = Thread.currentThread();
        private final Runnable callback;

        OnEventLoop(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public boolean runsOn(Thread other) {
            return other == thread;
        }

        @Override
        public FollowingTurns followingTurns() {
            return following;
        }

        @Override
        public void passOnFollowing(long before) {
            following.passOn(before);
        }

        @Override
        public void run() {
            int slot = dispatcher.activeTurns().enter(this, thread);
            try {
                callback.run();
            } finally {
                dispatcher.activeTurns().leave(slot, this);
            }
            following.run();
        }
    }
}
