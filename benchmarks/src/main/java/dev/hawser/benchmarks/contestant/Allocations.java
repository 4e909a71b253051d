package dev.hawser.benchmarks.contestant;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the bytes that the threads of this process have allocated on the heap. Of threads that end between two calls
 * the last part is missed.
 */
final class Allocations {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> byThread = new HashMap<>();
    private long total;

    /** All bytes allocated since the first call, but for those of the asking thread. */
    long total() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        long self = Thread.currentThread().getId();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != self && bytes[i] >= 0) {
                Long before = byThread.put(ids[i], bytes[i]);
                total += bytes[i] - (before == null ? 0 : before);
            }
        }
        return total;
    }
}
