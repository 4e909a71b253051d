package dev.hawser.benchmarks.hostile;

import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.hostile.Bystander.Echoes;
import dev.hawser.benchmarks.hostile.Bystander.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs one attack on a running server, and measures its effect. */
final class Trial {
    private static final long INTERVAL_MILLIS = 10;
    private static final int UPLOAD = 1 << 20;
    private static final long UPLOAD_AFTER_MILLIS = 2_000;
    /** Which part of the echoes there are beside a rehearsal, and beside that of a burst. */
    private static final int REHEARSED_PART = 2;

    private static final int PART_BESIDE_BURST = 20;
    /** A burst is rehearsed once for so many echoes; it keeps a server busy for only a fraction of a second. */
    private static final int ECHOES_FOR_BURST = 25;
    /** If the compilers take less than this part of a rehearsal, all code that matters has been compiled. */
    private static final double COMPILED = 0.05;

    private static final int MOST_REHEARSALS = 8;

    private static final long POLL_MILLIS = 250;
    private static final long GONE_MILLIS = 30_000;
    private static final long NEARLY_BASE = 1 << 20;

    private final ContestantProcess server;
    private final int port;
    private final Path dump;
    private final long patienceMillis;
    private final int echoes;

    /**
     * A trial.
     *
     * @param server the attacked server
     * @param dump the file for its heap after an OutOfMemoryError
     * @param patienceMillis how long the attackers stay at most
     * @param echoes how many echoes the bystander sends
     */
    Trial(ContestantProcess server, Path dump, long patienceMillis, int echoes) {
        this.server = server;
        this.port = server.target().port();
        this.dump = dump;
        this.patienceMillis = patienceMillis;
        this.echoes = echoes;
    }

    /** Lets classes be loaded and compiled, so that the base of the heap is that of a server that has worked. */
    void warmUp() throws InterruptedException {
        Bystander.echoes(port, 3 * echoes, 1);
        Bystander.upload(port, UPLOAD);
    }

    /** Attacks, and writes the stacks and a heap histogram during the attack to {@code evidence}. */
    Outcome run(Attack attack, Path evidence) throws IOException, InterruptedException {
        rehearseUntilCompiled(attack);
        Echoes calm = Bystander.echoes(port, echoes, INTERVAL_MILLIS);
        waitUntilGone();
        long base = server.heapBytes();
        long files = server.ask("descriptors");
        server.ask("peak");
        server.tell("ended");
        try (Bystander bystander = new Bystander(port, "/attacked/echo");
                Attackers attackers = new Attackers(attack, port)) {
            int opened = attackers.open();
            long start = System.nanoTime();
            attackers.begin();
            CompletableFuture<Upload> upload = CompletableFuture.supplyAsync(
                    this::upload, CompletableFuture.delayedExecutor(UPLOAD_AFTER_MILLIS, TimeUnit.MILLISECONDS));
            Echoes attacked = bystander.echo(echoes, INTERVAL_MILLIS);
            bystander.close();
            long inCallbacks = server.ask("callbacks");
            long threads = server.ask("threads");
            server.tell("evidence " + evidence.toAbsolutePath());
            long held = server.heapBytes();
            int left = waitForEnds(attack, attackers, start);
            long ended = millisSince(start);
            attackers.close();
            Upload uploaded = upload.get(GONE_MILLIS, TimeUnit.MILLISECONDS);
            long open = waitUntilGone();
            long after = waitForHeap(base);
            return new Outcome(
                    attack,
                    opened,
                    calm,
                    attacked,
                    uploaded,
                    base,
                    held,
                    server.ask("peak"),
                    after,
                    threads,
                    inCallbacks,
                    opened - left,
                    ended,
                    server.tell("ended"),
                    attackers.ends(),
                    open,
                    waitForDescriptors(files) - files,
                    Files.exists(dump));
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("The upload did not come to an end", e);
        }
    }

    private Upload upload() {
        try {
            return Bystander.upload(port, UPLOAD);
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /**
     * Rehearses until little is compiled, so that the measurement is of a warm server, and not of compilers, which on
     * two processors would take as much time as the attack. A burst is rehearsed a fixed number of times, since it is
     * over before anything is compiled. A server that has run out of memory is not attacked again.
     */
    private void rehearseUntilCompiled(Attack attack) throws IOException, InterruptedException {
        boolean burst = attack.isBurst();
        int most = burst ? echoes / ECHOES_FOR_BURST : MOST_REHEARSALS;
        for (int i = 0; i < most && !Files.exists(dump); i++) {
            long start = System.nanoTime();
            long before = server.ask("compiling");
            rehearse(attack, burst ? PART_BESIDE_BURST : REHEARSED_PART);
            if (!burst && server.ask("compiling") - before < COMPILED * millisSince(start)) {
                return;
            }
        }
    }

    /** Attacks for a part of the time of a measurement: of 1,000 echoes for five seconds. */
    private void rehearse(Attack attack, int part) throws IOException, InterruptedException {
        try (Attackers attackers = new Attackers(attack, port)) {
            attackers.begin();
            Bystander.echoes(port, echoes / part, INTERVAL_MILLIS);
        }
        waitUntilGone();
    }

    /**
     * Waits until no attacker's session is open, or until the patience is over, and returns how many are open. Does not
     * wait if the server need not end them.
     */
    private int waitForEnds(Attack attack, Attackers attackers, long start) throws IOException, InterruptedException {
        int open;
        while ((open = (int) server.ask("open")) > 0 && attack.mustEnd() != 0 && millisSince(start) < patienceMillis) {
            if (attackers.endedCount() == attack.connections()) {
                break;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return open;
    }

    private long waitUntilGone() throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (server.ask("open") > 0 && millisSince(start) < GONE_MILLIS) {
            Thread.sleep(POLL_MILLIS);
        }
        return server.ask("open");
    }

    private long waitForHeap(long base) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long heap;
        while ((heap = server.heapBytes()) > base + NEARLY_BASE && millisSince(start) < GONE_MILLIS) {
            Thread.sleep(4 * POLL_MILLIS);
        }
        return heap;
    }

    /** A closed socket is given back when each selector that knew it has looked again. */
    private long waitForDescriptors(long base) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long descriptors;
        while ((descriptors = server.ask("descriptors")) > base && millisSince(start) < GONE_MILLIS) {
            Thread.sleep(POLL_MILLIS);
        }
        return descriptors;
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
