package dev.hawser.benchmarks.comparison;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one contestant as the number of its idle connections grows. Each connection has echoed once.
 *
 * @param contestant the contestant
 * @param compressed whether permessage-deflate was negotiated with the offer of browsers, and used
 * @param steps the measurements, of which the first is without connections
 * @param failure why the row is void, or null
 * @param run the time of its run
 */
record MemoryRow(
        Contestant contestant,
        boolean compressed,
        List<Step> steps,
        @Nullable String failure,
        String run) {
    /**
     * One measurement, after a collection.
     *
     * @param connections idle connections
     * @param heap heap in use, in bytes
     * @param resident resident memory of the process, in bytes
     */
    record Step(int connections, long heap, long resident) {}

    /** Heap bytes per connection, over all steps; NaN if the row is void. */
    double heapPerConnection() {
        return failure != null ? Double.NaN : perConnection(first().heap(), last().heap());
    }

    /** Resident bytes per connection. */
    double residentPerConnection() {
        return failure != null ? Double.NaN : perConnection(first().resident(), last().resident());
    }

    /**
     * How the heap grows: the cost of a connection in the last step divided by that in the first, so 1 for linear
     * growth; NaN if there are fewer than two steps.
     */
    double heapGrowth() {
        if (failure != null || steps.size() < 3) {
            return Double.NaN;
        }
        Step one = steps.get(1);
        Step before = steps.get(steps.size() - 2);
        double early = (double) (one.heap() - first().heap()) / (one.connections() - first().connections());
        double late = (double) (last().heap() - before.heap()) / (last().connections() - before.connections());
        return late / early;
    }

    private double perConnection(long before, long after) {
        return (double) (after - before) / (last().connections() - first().connections());
    }

    private Step first() {
        return steps.get(0);
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }
}
