package dev.hawser.cli;

import dev.hawser.client.HawserClient;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A quick load: so many connections at once, each of which sends a text, waits for the answer, and sends the next. The
 * server must answer each message with one message, as an echo does.
 */
final class Bench {
    private static final int CONNECTING_THREADS = 16;

    private final HawserClient client;
    private final ClientEndpointConfig config;
    private final URI server;
    private final Terminal terminal;
    private final String message;
    private final Map<Session, Member> members = new ConcurrentHashMap<>();
    private final Queue<Long> connectTimes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile @Nullable String failure;
    private volatile boolean over;

    /**
     * Nothing happens before {@link #run}.
     *
     * @param bytes the size of each message
     */
    Bench(HawserClient client, ClientEndpointConfig config, URI server, int bytes, Terminal terminal) {
        this.client = client;
        this.config = config;
        this.server = server;
        this.terminal = terminal;
        this.message = "x".repeat(bytes);
    }

    /** One connection. Its callbacks come one after another. */
    private final class Member implements Line.Receiver {
        private final Line line = new Line(this);
        private long sentAt;
        private long[] times = new long[64];
        private volatile int count;

        @Override
        public void text(Session from, String answer) {
            long now = System.nanoTime();
            if (over) {
                return;
            }
            int seen = count;
            if (seen == times.length) {
                times = Arrays.copyOf(times, 2 * seen);
            }
            times[seen] = now - sentAt;
            count = seen + 1;
            send(from);
        }

        private void send(Session to) {
            sentAt = System.nanoTime();
            to.getAsyncRemote().sendText(message, result -> {});
        }
    }

    /** Connects all, talks for a time, and writes the figures. Returns the exit code. */
    int run(int connections, int seconds) throws InterruptedException {
        long start = System.nanoTime();
        connect(connections);
        long connected = System.nanoTime() - start;
        terminal.line(String.format(
                Locale.ROOT,
                "%d of %d connections in %s, %.0f a second: %s",
                members.size(),
                connections,
                Terminal.duration(connected),
                members.size() / (connected / 1e9),
                spread(connectTimes.stream().mapToLong(Long::longValue).toArray())));
        if (members.isEmpty()) {
            terminal.problem(String.valueOf(failure));
            return ExitCode.NOT_CONNECTED;
        }
        long begin = System.nanoTime();
        members.forEach((session, member) -> member.send(session));
        TimeUnit.SECONDS.sleep(seconds);
        over = true;
        int code = figures((System.nanoTime() - begin) / 1e9);
        client.close(); // so that the server need not take each connection for a broken one
        return code;
    }

    private void connect(int connections) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(connections);
        int threads = Math.min(connections, CONNECTING_THREADS);
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            while (left.getAndDecrement() > 0) {
                                connectOne();
                            }
                        } finally {
                            done.countDown();
                        }
                    },
                    "bench-connect-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        done.await();
    }

    private void connectOne() {
        Member member = new Member();
        long start = System.nanoTime();
        try {
            Session session = client.connectToServer(member.line, config, server);
            connectTimes.add(System.nanoTime() - start);
            members.put(session, member);
        } catch (DeploymentException | IOException e) {
            failure = e.getMessage();
            failed.incrementAndGet();
        }
    }

    private int figures(double seconds) {
        long[] times = members.values().stream()
                .flatMapToLong(member ->
                        LongStream.of(Arrays.copyOf(member.times, Math.min(member.count, member.times.length))))
                .toArray();
        long silent =
                members.values().stream().filter(member -> member.count == 0).count();
        List<Member> ended = members.values().stream()
                .filter(member -> member.line.end().isDone())
                .toList();
        terminal.line(String.format(
                Locale.ROOT,
                "%d messages of %d bytes, and as many answers, in %.1f s: %.0f a second: %s",
                times.length,
                message.length(),
                seconds,
                times.length / seconds,
                spread(times)));
        if (failed.get() > 0) {
            terminal.problem(failed + " connections failed, one of them: " + failure);
        }
        if (!ended.isEmpty()) {
            terminal.problem(ended.size() + " connections ended early");
        }
        if (silent > 0) {
            terminal.problem(silent + " connections got no answer; the server must answer each message with one");
        }
        return failed.get() + ended.size() + silent == 0 ? ExitCode.DONE : ExitCode.BROKEN;
    }

    private static String spread(long[] times) {
        if (times.length == 0) {
            return "none";
        }
        Arrays.sort(times);
        return "half within " + Terminal.duration(at(times, 0.5)) + ", 99 of 100 within "
                + Terminal.duration(at(times, 0.99)) + ", the slowest " + Terminal.duration(at(times, 1));
    }

    private static long at(long[] sorted, double share) {
        return sorted[Math.max((int) Math.ceil(share * sorted.length) - 1, 0)];
    }
}
