package dev.hawser.benchmarks.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All connections of an attack, and the thread that drives them once they are open. */
public final class Attackers implements AutoCloseable {
    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long MOST_WAIT_MILLIS = 20;
    /**
     * Attackers have processors of their own. Here they share those of the server, so that their thread is nice: else a
     * collection in the server takes three times as long now and then, because it waits for those who attack.
     */
    private static final int NICENESS = Integer.getInteger("hostile.niceness", 10);

    private final Attack attack;
    private final Selector selector;
    private final List<Attacker> all = new ArrayList<>();
    private volatile boolean stopped;
    private volatile int endedCount;
    private @Nullable Thread thread;

    /** Connects all, and waits until all handshakes are done, for 30 seconds at most. */
    public Attackers(Attack attack, int port) throws IOException {
        this.attack = attack;
        this.selector = Selector.open();
        for (int i = 0; i < attack.connections(); i++) {
            int script = i % attack.scripts().size();
            all.add(new Attacker(i, attack.scripts().get(script), port, selector));
        }
        long deadline = System.nanoTime() + HANDSHAKE_NANOS;
        while (open() + ended() < all.size() && System.nanoTime() < deadline) {
            select(MOST_WAIT_MILLIS);
        }
    }

    /** How many handshakes were answered with 101. */
    public int open() {
        return (int) all.stream().filter(Attacker::isOpen).count();
    }

    private int ended() {
        return (int) all.stream().filter(Attacker::hasEnded).count();
    }

    /** How many connections have ended so far. */
    public int endedCount() {
        return endedCount;
    }

    /** Begins the attack. */
    public void begin() {
        Thread started = new Thread(this::run, "attackers");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void run() {
        try {
            if (NICENESS > 0 && !Niceness.set(NICENESS)) {
                System.err.println("The attackers take processors from the server: their thread cannot be nice here");
            }
            all.stream().filter(Attacker::isOpen).forEach(Attacker::begin);
            long start = System.nanoTime();
            long steps = 0;
            while (!stopped) {
                select(MOST_WAIT_MILLIS);
                if (attack.leastInterval() > 0) {
                    // the steps are spread over the interval, so that the load is even
                    long interval = TimeUnit.MILLISECONDS.toNanos(attack.leastInterval());
                    long due = (System.nanoTime() - start) * all.size() / interval;
                    while (steps < due) {
                        all.get((int) (steps++ % all.size())).step();
                    }
                }
                endedCount = ended();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does
        }
    }

    private void select(long millis) throws IOException {
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            ((Attacker) key.attachment()).ready();
        }
        selector.selectedKeys().clear();
    }

    /** How the connections ended, and how often each way. */
    public Map<String, Integer> ends() {
        Map<String, Integer> ends = new TreeMap<>();
        for (Attacker attacker : all) {
            String end = attacker.end();
            if (end != null) {
                ends.merge(end, 1, Integer::sum);
            }
        }
        return ends;
    }

    /** Stops the attack: closes all sockets without a closing handshake. */
    @Override
    public void close() throws IOException {
        stopped = true;
        selector.wakeup();
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(Attacker::hangUp);
        selector.close();
    }
}
