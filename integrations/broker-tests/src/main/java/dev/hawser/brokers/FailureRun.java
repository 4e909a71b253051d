package dev.hawser.brokers;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Disturbs the broker of two nodes under load, each of which reaches it through a network of its own, and checks what
 * must hold meanwhile and afterwards. No clock is asserted: the table says what was measured.
 */
public final class FailureRun {
    private static final long MOST_WAITING = 8 * 1024 * 1024;

    /** What was measured. */
    private record Row(String name, String here, String there, String kept, String queue, double load) {}

    private final Node first;
    private final Node second;
    private final double seconds;
    private final List<Row> rows = new ArrayList<>();
    private int runs;
    private volatile boolean large;

    /** @param seconds how long each disturbance lasts */
    public FailureRun(Node first, Node second, double seconds) {
        this.first = first;
        this.second = second;
        this.seconds = seconds;
    }

    /** From now on some messages are large, so that a broker's buffers fill. */
    public void large(boolean some) {
        large = some;
    }

    /** Plays one disturbance. */
    public void play(Disturbance what) throws Exception {
        rows.add(played(what, first, second, true));
    }

    /** The same load without a broker, on one node. */
    public void playAlone(Node alone) throws Exception {
        rows.add(played(Disturbance.none("no broker, one node"), alone, alone, false));
    }

    /** Runs the load, so that what is measured afterwards has been compiled. */
    public void warmUp() throws Exception {
        var unused = played(Disturbance.none("warm up"), first, second, false);
    }

    private Row played(Disturbance what, Node first, Node second, boolean withBroker) throws Exception {
        String name = "failure" + ++runs;
        String kept = "kept/" + name;
        int most = (int) (2000 * seconds) + 10_000;
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Latencies here = opened(open, new Latencies(first, "live/" + name, most));
            Latencies there = opened(open, new Latencies(second, "live/" + name, most));
            opened(open, new Latencies(first, "other/" + name, 1)); // so that the broker sends them there
            List<Client> clients = List.of(
                    opened(open, Client.enveloped(first, kept)),
                    opened(open, Client.enveloped(second, kept)),
                    opened(open, Client.bare(first, kept)),
                    opened(open, Client.bare(second, kept)));
            for (Client each : clients.subList(0, 2)) {
                await("it is told where it stands", () -> each.kinds().size() == 1);
            }
            long dropped = first.topics.backplane().dropped();
            ThreadWatch watch = new ThreadWatch(first);
            PacedLoad load = new PacedLoad(first, second, name, kept);
            double busy;
            try (watch;
                    load) {
                load.large = large;
                what.begin().run();
                pass(seconds);
                busy = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
                what.end().run();
            }
            if (withBroker) {
                await("the broker is back", () -> isBack(first) && isBack(second));
            }
            String told = afterwards(first, kept, clients, load.stored());
            if (withBroker) {
                assertEquals(Set.of(), watch.waiting(), "no thread of Hawser waits inside of the broker's client");
            }
            assertTrue(watch.mostBytes() <= MOST_WAITING, () -> watch.mostBytes() + " bytes wait");
            return new Row(
                    what.name(),
                    here.text(),
                    there.text(),
                    load.stored().size() + " / " + load.failed() + " / " + told,
                    watch.mostBytes() / 1024 + " / " + (first.topics.backplane().dropped() - dropped),
                    busy);
        } finally {
            TwoNodes.closeAll(open);
        }
    }

    private static <T extends AutoCloseable> T opened(List<AutoCloseable> open, T what) {
        open.add(what);
        return what;
    }

    private static void pass(double seconds) {
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left); // the load goes on meanwhile
        }
    }

    /** All that was stored has come once and in order, or the gap was told. Returns how many gaps were. */
    private static String afterwards(Node first, String kept, List<Client> clients, List<String> stored) {
        await("messages are stored again, and come", () -> {
            String last = "last " + System.nanoTime();
            boolean taken = first.topics
                    .publish(kept, last)
                    .handle((published, failure) -> failure == null)
                    .toCompletableFuture()
                    .join();
            if (taken) {
                clients.forEach(
                        each -> await("the last has come", () -> each.texts().contains(last)));
            }
            return taken;
        });
        long gaps = 0;
        for (Client each : clients) {
            List<String> texts = each.texts();
            assertEquals(texts.stream().distinct().toList(), texts, "none twice");
            each.assertLaw();
            long told = each.kinds().stream().filter("gap"::equals).count();
            gaps += told;
            assertTrue(told > 0 || texts.containsAll(stored), "none missing untold");
        }
        return "" + gaps;
    }

    private static boolean isBack(Node node) {
        return node.topics.backplane().connected();
    }

    /** The figures as a table of Markdown. */
    public String table() {
        StringBuilder table = new StringBuilder("| | live, same node: p50 / p99 ms | live, other node: p50 / p99 ms "
                + "| history: stored / failed / gaps told | most KiB waiting / dropped | load average |\n"
                + "|---|---|---|---|---|---|\n");
        for (Row each : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %.1f |%n",
                    each.name,
                    each.here,
                    each.there,
                    each.kept,
                    each.queue,
                    each.load));
        }
        return table.toString();
    }
}
