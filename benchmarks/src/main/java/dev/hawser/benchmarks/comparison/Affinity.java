package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.util.List;

/** Pins the processes to processors, with {@code taskset}, if that exists and the machine has two processors. */
public final class Affinity {
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;

    private final int processors;

    Affinity() {
        processors = Runtime.getRuntime().availableProcessors();
    }

    /** Whether processes can be pinned. */
    boolean isAvailable() {
        return processors > 1 && set(ProcessHandle.current().pid(), "0-" + (processors - 1));
    }

    /** Puts the servers on one core and the load generator on another, or lets both run on any core. */
    void apply(List<ContestantProcess> contestants, boolean pinned) {
        String all = "0-" + (processors - 1);
        set(ProcessHandle.current().pid(), pinned ? Integer.toString(LOAD_CORE) : all);
        for (ContestantProcess contestant : contestants) {
            set(contestant.pid(), pinned ? Integer.toString(SERVER_CORE) : all);
        }
    }

    /** Lets a process run on these processors only, such as {@code 0-1}; returns whether that worked. */
    public static boolean set(long pid, String cores) {
        try {
            Process taskset = new ProcessBuilder("taskset", "-a", "-p", "-c", cores, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return taskset.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no taskset
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
