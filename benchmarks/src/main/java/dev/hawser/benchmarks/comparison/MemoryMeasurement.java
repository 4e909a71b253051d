package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.BadReplyException;
import dev.hawser.benchmarks.load.Compression;
import dev.hawser.benchmarks.load.Content;
import dev.hawser.benchmarks.load.LoadRound;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.load.Workload.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures idle memory, each contestant in a fresh process with its default settings. */
final class MemoryMeasurement {
    private static final int WARM_UP = 200;
    private static final long REPLY_MILLIS = 15_000;
    private static final long POLL_MILLIS = 10;
    /** The numbers of connections of the steps, in percent of the whole. */
    private static final int[] STEPS = {10, 25, 50, 100};

    private final JavaMachine java;
    private final ClassPath classPath;
    private final Path logs;
    private final int connections;
    private final String run;

    MemoryMeasurement(JavaMachine java, ClassPath classPath, Path logs, int connections, String run) {
        this.run = run;
        this.java = java;
        this.classPath = classPath;
        this.logs = logs;
        this.connections = connections;
    }

    MemoryRow run(Contestant contestant, boolean compressed) throws InterruptedException {
        List<MemoryRow.Step> steps = new ArrayList<>();
        List<LoadRound> rounds = new ArrayList<>();
        Contestant withDefaults = contestant.withDefaults();
        try (ContestantProcess process =
                ContestantProcess.start(withDefaults, java, classPath, Contestants.MEMORY_JVM_FLAGS, logs)) {
            connect(process, WARM_UP, compressed).close();
            steps.add(new MemoryRow.Step(0, process.heapBytes(), process.residentBytes()));
            int open = 0;
            for (int percent : STEPS) {
                int count = (int) ((long) connections * percent / 100);
                rounds.add(connect(process, count - open, compressed));
                open = count;
                steps.add(new MemoryRow.Step(open, process.heapBytes(), process.residentBytes()));
            }
            for (LoadRound round : rounds) {
                String failure = round.failure();
                if (failure != null) {
                    throw new BadReplyException(failure);
                }
            }
            return new MemoryRow(contestant, compressed, steps, null, run);
        } catch (BadReplyException | IOException e) { // an IOException if the contestant has run out of memory
            return new MemoryRow(contestant, compressed, steps, String.valueOf(e.getMessage()), run);
        } finally {
            rounds.forEach(LoadRound::abort); // the process has ended, so there is nothing to close in order
        }
    }

    private static LoadRound connect(ContestantProcess process, int count, boolean compressed)
            throws IOException, InterruptedException, BadReplyException {
        Workload workload = compressed
                ? Workload.echo(Content.JSON, 1024, count, 1).with(Compression.BROWSER)
                : Workload.echo(Content.ASCII, 128, count, 1);
        LoadRound round = new LoadRound(process.target(), workload.as(Kind.ONCE));
        round.open();
        round.start();
        for (long waited = 0; round.tally().messages() < count; waited += POLL_MILLIS) {
            if (round.failure() != null || waited > REPLY_MILLIS) {
                round.close();
                throw new BadReplyException("Echoes are missing");
            }
            Thread.sleep(POLL_MILLIS);
        }
        return round;
    }
}
