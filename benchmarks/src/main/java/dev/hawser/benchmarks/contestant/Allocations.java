package dev.hawser.benchmarks.contestant;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the bytes that the threads of this process have allocated on the heap. The last allocations of a thread that
 * ends between two calls are missing.
 */
public final class Allocations {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> byThread = new HashMap<>();
    private long total;

    /** All bytes allocated since the first call, except those of the calling thread. */
    public long total() {
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
