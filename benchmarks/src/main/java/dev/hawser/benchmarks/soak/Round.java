package dev.hawser.benchmarks.soak;

import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.hostile.Attack;
import dev.hawser.benchmarks.hostile.AttackFrames;
import dev.hawser.benchmarks.hostile.Attackers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A crowd that stays, peers that come and go, and a restart of the server under all of them. */
final class Round {
    private static final int THREADS = 16;
    /** Milliseconds between two messages of one connection of the crowd. */
    private static final long INTERVAL = 5_000;

    private static final int MOST_FAILURES_SHOWN = 5;
    private static final String GOING_AWAY = "1001";

    private final ContestantProcess server;
    private final int port;
    private final int crowd;
    private final long seed;
    private final AtomicLong lives = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    /** Set before the server stops: what peers see then is not counted. */
    private volatile boolean stopping;

    Round(ContestantProcess server, int port, int crowd, long seed) {
        this.server = server;
        this.port = port;
        this.crowd = crowd;
        this.seed = seed;
    }

    /** Runs so long, and returns the port of the restarted server. */
    int run(long nanos) throws IOException, InterruptedException {
        try (Attackers standing = new Attackers(standing(), port)) {
            int open = standing.open();
            if (open < crowd) {
                failures.add("only " + open + " of the crowd could connect");
            }
            standing.begin();
            long end = System.nanoTime() + nanos;
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed * THREADS + i);
                Thread thread = new Thread(() -> liveUntil(end, random), "lives-" + i);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
            // the stop comes while all of them live
            TimeUnit.NANOSECONDS.sleep(nanos);
            int before = standing.endedCount();
            if (before > 0) {
                failures.add(before + " of the crowd have ended: " + standing.ends());
            }
            stopping = true;
            int next = (int) server.ask("restart");
            for (Thread thread : threads) {
                thread.join();
            }
            awaitEnds(standing);
            Map<String, Integer> ends = standing.ends();
            if (!ends.keySet().equals(Set.of(GOING_AWAY))) {
                failures.add("the crowd was not told 1001 by all: " + ends);
            }
            return next;
        }
    }

    private void awaitEnds(Attackers standing) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (standing.endedCount() < crowd && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private Attack standing() {
        byte[] text = AttackFrames.text("x");
        // unasked, as RFC 6455 5.5.3 allows: who sends something in each step answers pings, too
        byte[] pong = AttackFrames.frame(AttackFrames.FIN | AttackFrames.PONG, new byte[0]);
        return new Attack(
                "crowd",
                "",
                crowd,
                List.of(
                        new Attack.Script("/attacked/echo", false, true, text, 1, text),
                        new Attack.Script("/attacked/room", false, true, new byte[0], 1, pong)),
                INTERVAL,
                0,
                0);
    }

    private void liveUntil(long end, Random random) {
        Life[] all = Life.values();
        while (!stopping || System.nanoTime() < end) {
            Life life = all[random.nextInt(all.length)];
            try {
                life.live(port, random);
            } catch (IOException e) {
                if (stopping) {
                    return;
                }
                failures.add(life + ": " + e);
            }
            lives.incrementAndGet();
        }
    }

    /** How many peers have come and gone. */
    long lives() {
        return lives.get();
    }

    /** What peers have seen that they must not see; empty if there is nothing. */
    String failures() {
        if (failures.isEmpty()) {
            return "";
        }
        List<String> some = failures.stream().limit(MOST_FAILURES_SHOWN).toList();
        return failures.size() + " peers failed, such as " + some + "; ";
    }
}
