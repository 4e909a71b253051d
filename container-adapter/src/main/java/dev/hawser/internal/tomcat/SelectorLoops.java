package dev.hawser.internal.tomcat;

import dev.hawser.internal.dispatch.DaemonThreads;
import dev.hawser.internal.transport.SelectorLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The event loops of one application, which share its sockets. There are half as many as processors, since callbacks
 * run on other threads. A loop's thread starts with its first connection and ends some time after its last.
 */
final class SelectorLoops {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final List<SelectorLoop> loops;
    private final AtomicInteger next = new AtomicInteger();

    /** @param threads begins the names of the threads, which are numbered */
    SelectorLoops(String threads) {
        int count = (Runtime.getRuntime().availableProcessors() + 1) / 2;
        loops = IntStream.rangeClosed(1, count)
                .mapToObj(number -> new SelectorLoop(threads + number, LINGER, new WithoutConditions()))
                .toList();
    }

    /** A share in the next of the loops. */
    SelectorLoop.Lease lease() throws IOException {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size())).lease();
    }

    /** Ends the threads as soon as they have no connection, and waits up to a second for their end. */
    void end() {
        loops.forEach(SelectorLoop::hurry);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        loops.forEach(loop -> DaemonThreads.awaitEnd(loop.thread(), deadline));
    }

    /** A thread ends whenever it has no connection. */
    private static final class WithoutConditions implements SelectorLoop.Ending {
        @Override
        public boolean mayEnd() {
            return true;
        }

        @Override
        public void ended() {}
    }
}
