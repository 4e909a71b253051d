package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.OutboundQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has much to do lets those with little go first, and only who waits gets a thread for that. */
class FairTurnsTest {
    private static final long SLOW = 1_000_000;

    private static Turn.Ticket ticket(String name, List<String> order) {
        return new Turn.Ticket(new Named(name, order));
    }

    @ParameterizedTest
    @CsvSource({"QUICK,USUAL", "QUICK,HEAVY", "USUAL,HEAVY"})
    void lightTurnsComeFirstButOneOfFourIsAHeavyOne(Turn.Weight light, Turn.Weight heavy) {
        ReadyQueue queue = new ReadyQueue();
        List<String> order = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            queue.add(ticket("light " + i, order), light); // nobody waits behind these
            queue.poll();
        }
        for (int i = 1; i <= 3; i++) {
            queue.add(ticket("heavy " + i, order), heavy);
        }
        for (int i = 1; i <= 5; i++) {
            queue.add(ticket("light " + i, order), light);
        }
        while (queue.size() > 0) {
            queue.poll().turn.run();
        }
        assertEquals(
                List.of("light 1", "light 2", "light 3", "heavy 1", "light 4", "light 5", "heavy 2", "heavy 3"), order);
        assertEquals(15, queue.taken());
    }

    @Test
    void ofFourTurnsThatAreNotQuickOneIsHeavy() {
        ReadyQueue queue = new ReadyQueue();
        List<String> order = new ArrayList<>();
        for (int i = 1; i <= 32; i++) {
            queue.add(ticket("quick", order), Turn.Weight.QUICK);
            queue.add(ticket("usual", order), Turn.Weight.USUAL);
            queue.add(ticket("heavy", order), Turn.Weight.HEAVY);
        }
        for (int i = 1; i <= 32; i++) {
            queue.poll().turn.run();
        }
        assertEquals(
                List.of(24, 6, 2),
                Stream.of("quick", "usual", "heavy")
                        .map(name -> Collections.frequency(order, name))
                        .toList());
    }

    @Test
    void aSessionIsQuickOnceItsTurnsHaveBeenAndOneThatWasHeldUpDoesNotChangeThat() {
        TurnLoad load = new TurnLoad(SLOW);
        for (int turn = 0; turn < 6; turn++) {
            assertEquals(Turn.Weight.USUAL, load.weight(10), "nobody knows what it does");
            turnOf(load, 100_000);
        }
        assertEquals(Turn.Weight.QUICK, load.weight(10));
        assertEquals(Turn.Weight.HEAVY, load.weight(16 * 1024));
        turnOf(load, 900_000);
        turnOf(load, 900_000);
        turnOf(load, 900_000);
        assertEquals(Turn.Weight.USUAL, load.weight(10));
    }

    private static void turnOf(TurnLoad load, long nanos) {
        load.begins(0);
        load.ends(nanos, 1, true, false);
    }

    @Test
    void aCallbackThatComputesForLongHasNoThreadForWhatBlocks() throws Exception {
        TurnLoad load = new TurnLoad(SLOW);
        CountDownLatch stop = new CountDownLatch(1);
        Thread computing = started(() -> {
            while (stop.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        try {
            for (int turn = 0; turn < 10; turn++) {
                load.begins(0);
                assertFalse(load.isLost(computing, true, 600_000, new ThreadSight(OutboundQueue.class)));
                assertFalse(load.isLost(computing, true, 1_100_000, new ThreadSight(OutboundQueue.class)));
                load.ends(5_000_000, 1, true, false);
                assertFalse(load.mayBlock());
                assertEquals(Turn.Weight.USUAL, load.weight(10), "it may just have waited for its processor");
            }
            load.begins(0);
            assertTrue(
                    load.isLost(computing, true, 11_000_000, new ThreadSight(OutboundQueue.class)),
                    "others get a worker more");
        } finally {
            stop.countDown();
            computing.join();
        }
    }

    @Test
    void aCallbackThatWaitsForAThreadOrForTheNetworkIsSlow() throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        Thread waiting = started(() -> {
            try {
                stop.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertSlow(waiting);
        stop.countDown();
        waiting.join();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            Thread reading = started(() -> {
                try {
                    client.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            SessionHarness.await("it reads", () -> new ThreadSight(OutboundQueue.class).isOutside(reading));
            assertSlow(reading);
            server.accept().close();
            reading.join();
        }
    }

    private static void assertSlow(Thread thread) {
        SessionHarness.await(
                "it waits",
                () -> ThreadSight.isParked(thread) || new ThreadSight(OutboundQueue.class).isOutside(thread));
        TurnLoad load = new TurnLoad(SLOW);
        load.begins(0);
        load.isLost(thread, true, 600_000, new ThreadSight(OutboundQueue.class));
        assertTrue(load.isLost(thread, true, 1_100_000, new ThreadSight(OutboundQueue.class)));
        load.ends(5_000_000, 1, true, false);
        assertTrue(load.mayBlock());
        assertEquals(Turn.Weight.USUAL, load.weight(10));
    }

    @Test
    void aTurnIsHeavyThatHasMuchToDoOrHadToEndBeforeItsWorkDid() {
        TurnLoad load = new TurnLoad(SLOW);
        assertEquals(Turn.Weight.USUAL, load.weight(100));
        assertEquals(Turn.Weight.HEAVY, load.weight(16 * 1024));
        load.begins(0);
        load.ends(1_000, 1, true, true);
        assertEquals(Turn.Weight.HEAVY, load.weight(100));
        load.begins(2_000);
        load.ends(3_000, 1, true, false);
        assertEquals(Turn.Weight.USUAL, load.weight(100));
    }

    @Test
    void aSlowCallbackThatNobodyLookedAtIsLookedAtTheNextTime() {
        TurnLoad load = new TurnLoad(SLOW);
        assertFalse(load.begins(0));
        load.ends(5_000_000, 1, true, false);
        assertTrue(load.begins(5_000_000));
        load.ends(5_001_000, 1, true, false);
        assertFalse(load.begins(6_000_000));
    }

    @Test
    void aCallbackThatComputesOnAThreadForWhatBlocksGoesBackToTheWorkers() throws Exception {
        TurnLoad load = new TurnLoad(SLOW);
        load.begins(0);
        load.ends(50_000_000, 1, false, false); // it waited, where nobody looks
        assertTrue(load.mayBlock());
        CountDownLatch stop = new CountDownLatch(1);
        Thread computing = started(() -> {
            while (stop.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        load.begins(0);
        load.isLost(computing, true, 600_000, new ThreadSight(OutboundQueue.class));
        load.ends(50_000_000, 1, false, false);
        assertFalse(load.mayBlock());
        stop.countDown();
        computing.join();
    }

    private static Thread started(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Writes its name down when it runs. */
    private record Named(String name, List<String> order) implements Turn {
        @Override
        public void run() {
            order.add(name);
        }
    }
}
