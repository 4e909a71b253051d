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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Turns that compute for long get few more workers, which would only take the processors from each other and from event
 * loops; but short turns do not wait for them.
 */
class ComputingTurnsTest {
    private static final long SLOW = 1_000_000;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final CountDownLatch stop = new CountDownLatch(1);

    @AfterEach
    void end() {
        stop.countDown();
    }

    private void compute() {
        while (stop.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noMoreOfThemAreReplacedThanThereAreProcessors() {
        Thread computing = new Thread(this::compute);
        computing.start();
        List<TurnLoad> loads =
                Stream.generate(() -> new TurnLoad(SLOW)).limit(PROCESSORS + 2).toList();
        loads.forEach(load -> load.begins(0));
        ThreadSight sight = new ThreadSight(OutboundQueue.class);
        for (int looks = 0; looks < 3; looks++) {
            sight.renewed();
            assertEquals(
                    PROCESSORS,
                    loads.stream()
                            .filter(load -> load.isLost(computing, true, 11_000_000, sight))
                            .count());
        }
    }

    /** A callback that has computed, and now asks a database, holds its worker for nothing. */
    @Test
    void onesThatThenWaitForTheNetworkAreAllReplaced() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread accepting = new Thread(() -> accept(server));
            accepting.start();
            SessionHarness.await("it accepts", () -> new ThreadSight(OutboundQueue.class).isOutside(accepting));
            for (int i = 0; i < PROCESSORS + 2; i++) {
                TurnLoad load = new TurnLoad(SLOW);
                load.begins(0);
                assertFalse(load.isLost(Thread.currentThread(), true, 600_000, new ThreadSight(OutboundQueue.class)));
                load.isLost(accepting, true, 11_000_000, new ThreadSight(OutboundQueue.class)); // it is looked at again
                ThreadSight tired = new ThreadSight(OutboundQueue.class);
                for (int replaced = 0; replaced < PROCESSORS; replaced++) {
                    assertTrue(tired.replacesComputing());
                }
                assertTrue(load.isLost(accepting, true, 12_000_000, tired));
            }
            new Socket(server.getInetAddress(), server.getLocalPort()).close();
            accepting.join();
        }
    }

    private static void accept(ServerSocket server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aShortTurnGetsAWorkerSoonerThanALongOne() {
        DispatchThreads threads = new DispatchThreads(Thread::new);
        Workers workers = new Workers(threads, "computing-", 4 * PROCESSORS, Runnable::run, () -> {});
        try {
            for (int i = 0; i < PROCESSORS; i++) {
                workers.queue(new Turn.Ticket(new Heavy(this::compute)), false);
                SessionHarness.await("a worker takes it", () -> workers.look(0) == 0);
            }
            workers.queue(new Turn.Ticket(new Heavy(() -> {})), false);
            for (int ticks = 0; ticks < 10; ticks++) {
                assertEquals(1, workers.look(0));
            }
            assertEquals(PROCESSORS, threads.count(), "a heavy turn waits");
            CountDownLatch ran = new CountDownLatch(1);
            workers.queue(new Turn.Ticket(ran::countDown), false);
            workers.look(0);
            SessionHarness.await("the short turn ran", () -> ran.getCount() == 0);
        } finally {
            stop.countDown();
            workers.stop();
        }
    }

    private record Heavy(Runnable work) implements Turn {
        @Override
        public void run() {
            work.run();
        }

        @Override
        public Weight weight() {
            return Weight.HEAVY;
        }
    }
}
