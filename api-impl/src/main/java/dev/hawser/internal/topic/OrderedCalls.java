package dev.hawser.internal.topic;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls that are made in the order in which they were added, by one of the callers at a time. Thread-safe. */
final class OrderedCalls {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** How many have asked for a drain since the one that drains has begun; 0 if nobody does. */
    private final AtomicInteger asked = new AtomicInteger();

    /** Never waits; the caller may hold locks, and calls {@link #drain} without them. */
    void add(Runnable call) {
        waiting.add(call);
    }

    /** Makes the calls that wait, unless another thread is doing so: then that makes these, too. */
    void drain() {
        if (waiting.isEmpty() || asked.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            for (Runnable call = waiting.poll(); call != null; call = waiting.poll()) {
                try {
                    call.run();
                } catch (Throwable e) {
                    // Each call tells its own failure; the others are to be made.
                }
            }
            answered = asked.addAndGet(-answered);
        } while (answered != 0);
    }
}
