package dev.hawser.internal.connection;

import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The laws of the {@link Inbox} in whatever order its threads run. */
class InboxInterleavings {
    private static InboundEvent message(int number) {
        return new InboundEvent(InboundEvent.Kind.BINARY, number, 1);
    }

    /** One session: what is added, and the turns that the inbox asks for, at which a worker delivers. */
    private static final class World {
        final AtomicInteger resumed = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();
        final List<Object> delivered = new ArrayList<>();
        final Inbox inbox;
        final Thread[] workers = new Thread[8];
        int started;

        World(int maxMessages) {
            inbox = new Inbox(1 << 20, maxMessages, resumed::incrementAndGet);
        }

        void add(InboundEvent event) {
            if (inbox.add(event) == Inbox.Added.AND_A_TURN_IS_DUE) {
                turn();
            }
        }

        /** The same; the turn that is due runs on the calling thread. */
        void addHere(InboundEvent event) {
            if (inbox.add(event) == Inbox.Added.AND_A_TURN_IS_DUE) {
                deliver();
            }
        }

        /** Any worker may run it, so it has a thread of its own. */
        void turn() {
            Thread worker = new Thread(this::deliver);
            workers[started++] = worker;
            worker.start();
        }

        private void deliver() {
            do {
                Interleavings.same("turns that run", 1, running.incrementAndGet());
                for (InboundEvent event = inbox.peek(); event != null; event = inbox.peek()) {
                    inbox.take(event);
                    delivered.add(event.payload);
                }
                inbox.settle();
                running.decrementAndGet();
            } while (inbox.turnEnds(false));
        }

        void awaitTurns() {
            for (int i = 0; i < started; i++) {
                try {
                    workers[i].join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Law
    void eachMessageIsDeliveredOnceInOrderByOneTurnAtATimeAndNoTurnIsForgotten() {
        Interleavings.of(() -> {
            World world = new World(100);
            world.add(message(1));
            world.add(message(2));
            world.add(message(3));
            world.awaitTurns();
            Interleavings.same("delivered", List.of(1, 2, 3), world.delivered);
            Interleavings.same("bytes that wait", 0L, world.inbox.waitingBytes());
        });
    }

    @Law
    void aReadingThatPausesForTheBoundGoesOnOnce() {
        Interleavings.of(() -> {
            World world = new World(1);
            world.add(message(1));
            world.add(message(2));
            boolean paused = world.inbox.pauseReading(0);
            world.awaitTurns();
            Interleavings.same("resumed", paused ? 1 : 0, world.resumed.get());
            Interleavings.same("delivered", List.of(1, 2), world.delivered);
        });
    }

    @Law
    void aReadingThatPausesForLackOfMemoryGoesOnOnce() {
        Interleavings.of(() -> {
            World world = new World(100);
            boolean[] paused = new boolean[1];
            Interleavings.together(
                    () -> {
                        world.inbox.memoryIsShort(true);
                        world.inbox.memoryIsShort(false);
                    },
                    () -> paused[0] = world.inbox.pauseReading(0));
            Interleavings.same("resumed", paused[0] ? 1 : 0, world.resumed.get());
        });
    }

    @Law
    void aReadingThatPausesForLackOfMemoryDoesNotGoOnBecauseThereIsRoom() {
        Interleavings.of(() -> {
            World world = new World(1);
            world.inbox.memoryIsShort(true);
            world.add(message(1));
            Interleavings.same("paused", true, world.inbox.pauseReading(0));
            world.awaitTurns();
            Interleavings.same("resumed while memory is short", 0, world.resumed.get());
            world.inbox.memoryIsShort(false);
            Interleavings.same("resumed", 1, world.resumed.get());
            Interleavings.same("bytes that wait", 0L, world.inbox.waitingBytes());
        });
    }

    @Law
    void whatComesWhileATurnEndsIsDelivered() {
        Interleavings.of(() -> {
            World world = new World(100);
            Interleavings.together(() -> world.addHere(message(1)), () -> world.addHere(message(2)));
            Interleavings.same("delivered", 2, world.delivered.size());
        });
    }

    @Law
    void nothingIsDeliveredBehindTheLastEvent() {
        Interleavings.of(() -> {
            World world = new World(100);
            Interleavings.together(
                    () -> world.addHere(new InboundEvent(InboundEvent.Kind.ENDED, "end")),
                    () -> world.addHere(message(1)));
            int last = world.delivered.size() - 1;
            Interleavings.same("the last", "end", world.delivered.get(last));
            Interleavings.same("ends", last, world.delivered.indexOf("end"));
        });
    }
}
