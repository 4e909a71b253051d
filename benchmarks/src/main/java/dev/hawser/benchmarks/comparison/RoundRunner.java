package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.BadReplyException;
import dev.hawser.benchmarks.load.LoadRound;
import dev.hawser.benchmarks.load.Tally;
import dev.hawser.benchmarks.load.Workload;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Runs one round: messages flow on all connections before the clock starts, and the figures count only if all replies
 * arrive.
 */
final class RoundRunner {
    private static final long SETTLE_MILLIS = 100;
    private static final long MOST_SETTLE_SECONDS = 20;
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e3;

    private RoundRunner() {}

    static Round run(ContestantProcess contestant, Workload workload, long millis)
            throws IOException, InterruptedException {
        LoadRound load = new LoadRound(contestant.target(workload), workload);
        try {
            load.open();
            Thread.sleep(SETTLE_MILLIS);
            load.start();
            Thread.sleep(SETTLE_MILLIS);
            settle(load, workload.receivedBefore());
            return measure(contestant, load, millis);
        } catch (BadReplyException
                // an IOException if the contestant has ended: its rows are void, and the others go
                // on
                | IOException e) {
            load.abort();
            return Round.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Waits until so many messages were received, so that what the round fills once is full when the clock starts. */
    private static void settle(LoadRound load, long messages) throws BadReplyException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SETTLE_SECONDS);
        while (load.tally().messages() < messages && load.failure() == null) {
            if (System.nanoTime() > deadline) {
                throw new BadReplyException(String.format(
                        "%,d of %,d messages were received in the %d s before the measurement",
                        load.tally().messages(), messages, MOST_SETTLE_SECONDS));
            }
            Thread.sleep(SETTLE_MILLIS / 10);
        }
    }

    private static Round measure(ContestantProcess contestant, LoadRound load, long millis)
            throws IOException, InterruptedException, BadReplyException {
        Tally tally = load.tally();
        long allocatedBefore = contestant.allocatedBytes();
        long allocationMessages = tally.messages();
        tally.record(true);
        long wire = tally.wireBytes();
        long messages = tally.messages();
        long cpu = contestant.cpuNanos();
        long begin = System.nanoTime();
        Thread.sleep(millis);
        messages = tally.messages() - messages;
        wire = tally.wireBytes() - wire;
        cpu = contestant.cpuNanos() - cpu;
        double seconds = (System.nanoTime() - begin) / NANOS;
        tally.record(false);
        long allocated = contestant.allocatedBytes() - allocatedBefore;
        allocationMessages = tally.messages() - allocationMessages;
        load.close();
        if (messages == 0) {
            return Round.failed("No message in " + millis + " ms");
        }
        Histogram latencies = tally.latencies();
        return new Round(
                cpu / MICROS / messages,
                messages / seconds,
                latencies.getValueAtPercentile(50) / MICROS,
                latencies.getValueAtPercentile(99) / MICROS,
                latencies.getValueAtPercentile(99.9) / MICROS,
                (double) allocated / allocationMessages,
                (double) wire / messages,
                null);
    }
}
