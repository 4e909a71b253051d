package dev.hawser.benchmarks.soak;

import dev.hawser.benchmarks.comparison.ContestantProcess;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What a server holds when no peer is connected.
 *
 * @param sessions whose onClose has not been called
 * @param connections objects of the engine that are alive
 * @param tasks of all timers
 * @param threads platform threads
 * @param descriptors open files and sockets
 * @param heap bytes after a full collection
 * @param direct bytes of direct buffers
 * @param resident bytes of the process, as the system counts them
 */
record Levels(
        long sessions,
        long connections,
        long tasks,
        long threads,
        long descriptors,
        long heap,
        long direct,
        long resident) {
    static final String HEADER = "| server | | peers | sessions | connections | timers' tasks | threads | descriptors |"
            + " heap MiB | direct KiB | resident MiB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";

    private static final long ANY = Long.MAX_VALUE / 2;

    /** With this base only what belongs to peers must be gone. */
    static final Levels UNKNOWN = new Levels(0, 0, ANY, ANY, ANY, ANY, ANY, ANY);

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    /** Pools of the server breathe: a selector more, a worker that has yet to end. */
    private static final int FEW = 4;

    private static final long HEAP = 3 << 20;
    private static final long DIRECT = 2 << 20;
    /** The native memory of the JVM itself grows for long: compiled code, arenas of malloc. */
    private static final long RESIDENT = 96 << 20;

    /** Waits until nothing is above {@code base}, but not for more than a minute. */
    static Levels of(ContestantProcess server, Levels base) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        Levels now = now(server);
        while (!now.above(base).isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.SECONDS.sleep(1);
            now = now(server);
        }
        return now;
    }

    /** As it is now. */
    static Levels now(ContestantProcess server) throws IOException {
        long heap = server.heapBytes();
        return new Levels(
                server.ask("open"),
                server.ask("connections"),
                server.ask("tasks"),
                server.ask("threads"),
                server.ask("descriptors"),
                heap,
                server.ask("direct"),
                server.residentBytes());
    }

    /** What is above a base by more than chance, in words; empty if nothing is. */
    String above(Levels base) {
        return over("sessions", sessions, 0, 0)
                + over("connections", connections, 0, 0)
                + over("tasks", tasks, base.tasks, 0)
                + over("threads", threads, base.threads, FEW)
                + over("descriptors", descriptors, base.descriptors, FEW)
                + over("bytes of heap", heap, base.heap, HEAP)
                + over("bytes of direct buffers", direct, base.direct, DIRECT)
                + over("resident bytes", resident, base.resident, RESIDENT);
    }

    private static String over(String what, long now, long base, long chance) {
        return now > base + chance ? String.format("%,d %s instead of %,d; ", now, what, base) : "";
    }

    String row(String server, String when, long peers) {
        return String.format(
                "| %s | %s | %,d | %d | %d | %d | %d | %d | %.1f | %d | %d |%n",
                server,
                when,
                peers,
                sessions,
                connections,
                tasks,
                threads,
                descriptors,
                heap / 1048576.0,
                direct >> 10,
                resident >> 20);
    }
}
