package dev.hawser.internal.observe;

import dev.hawser.ConnectionObserver;
import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events of one connection that wait until no lock is held. One thread at a time tells them, in their order; others
 * leave theirs to it. Thread-safe.
 */
final class RecordedEvents {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");
    private static final String LOST = LimitedLog.prepared(
            "Observers do not keep up with a connection; some of its" + " frames and messages were not told");

    /** So many wait at most. They wait only while an observer blocks. */
    static final int MOST = 10_000;

    private final ConcurrentLinkedQueue<Consumer<ConnectionObserver>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    /** The calls of {@link #tellTo} that the telling thread has yet to answer; 0 if there is none. */
    private final AtomicInteger calls = new AtomicInteger();
    /** Whether the loss was logged; any thread may write it. */
    private volatile boolean lost;

    private volatile @Nullable Consumer<ConnectionObserver> last;
    /** Whether the last event was told; only the telling thread has it. */
    private boolean over;

    void add(Consumer<ConnectionObserver> event) {
        if (size.get() < MOST) {
            waiting.add(event);
            size.incrementAndGet();
        } else if (!lost) {
            lost = true;
            LOGGER.log(System.Logger.Level.WARNING, LOST);
        }
    }

    /** An event after which no other is told. It is not among those that may be too many. */
    void addLast(Consumer<ConnectionObserver> event) {
        last = event;
        waiting.add(event);
        size.incrementAndGet();
    }

    void tellTo(Observers observers) {
        if (waiting.isEmpty() || calls.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        boolean done = false;
        try {
            do {
                for (Consumer<ConnectionObserver> event = waiting.poll(); event != null; event = waiting.poll()) {
                    size.decrementAndGet();
                    if (!over) {
                        over = event == last;
                        observers.tell(event);
                    }
                }
                answered = calls.addAndGet(-answered);
            } while (answered != 0);
            done = true;
        } finally {
            if (!done) {
                calls.set(0); // an error of the JVM; the next call goes on
            }
        }
    }
}
