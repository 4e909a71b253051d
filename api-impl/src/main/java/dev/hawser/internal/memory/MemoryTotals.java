package dev.hawser.internal.memory;

/**
 * What connections hold together, in bytes.
 *
 * @param held all that they hold
 * @param staying the same without the connections that are being closed because memory is short
 * @param above how much of {@code staying} is above the shares of its connections
 * @param connections how many there are
 */
public record MemoryTotals(long held, long staying, long above, long connections) {
    static final MemoryTotals NOTHING = new MemoryTotals(0, 0, 0, 0);

    MemoryTotals plus(MemoryTotals other) {
        return new MemoryTotals(
                held + other.held, staying + other.staying, above + other.above, connections + other.connections);
    }
}
