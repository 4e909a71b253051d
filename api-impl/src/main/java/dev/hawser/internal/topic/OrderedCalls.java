package dev.hawser.internal.topic;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes calls in the order in which they were added, in one of the adding threads at a time. Thread-safe. */
final class OrderedCalls {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** How many calls of {@link #drain} have come since the running one began, including that one; 0 if none runs. */
    private final AtomicInteger asked = new AtomicInteger();

    /** Never waits. The caller may hold locks, but must call {@link #drain} without them. */
    void add(Runnable call) {
        waiting.add(call);
    }

    /** Makes the waiting calls, unless another thread is doing so: then that thread makes these, too. */
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
                    // Each call reports its own failure; the others must still be made.
                }
            }
            answered = asked.addAndGet(-answered);
        } while (answered != 0);
    }
}
