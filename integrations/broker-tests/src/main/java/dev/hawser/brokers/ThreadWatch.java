package dev.hawser.brokers;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks at all threads again and again, and at the bytes that wait for the broker. */
final class ThreadWatch implements AutoCloseable {
    private static final long PAUSE = 20_000_000;
    /** After so many looks a thread waits for the client, and not only for a class to be loaded. */
    private static final int LONG = 25;

    private final Set<String> waiting = new ConcurrentSkipListSet<>();
    private final Thread thread;
    private volatile boolean over;
    private volatile long mostBytes;

    ThreadWatch(Node node) {
        thread = new Thread(() -> look(node), "thread-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void look(Node node) {
        Map<Thread, Integer> looks = new HashMap<>();
        while (!over) {
            Map<Thread, Integer> before = looks;
            Map<Thread, Integer> still = new HashMap<>();
            Thread.getAllStackTraces().forEach((each, stack) -> {
                String where = waitsForClient(each.getState(), stack);
                if (where != null && still.merge(each, before.getOrDefault(each, 0) + 1, Integer::sum) >= LONG) {
                    waiting.add(each.getName() + " " + where);
                }
            });
            looks = still;
            mostBytes = Math.max(mostBytes, node.topics.backplane().waitingBytes());
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Where a thread waits inside of a call of Hawser to the broker's client, or for its answer; null if nowhere. */
    static @Nullable String waitsForClient(Thread.State state, StackTraceElement[] stack) {
        if (state == Thread.State.RUNNABLE || state == Thread.State.TERMINATED) {
            return null;
        }
        int client = first(stack, "io.lettuce.", "io.nats.", "java.util.concurrent.CompletableFuture");
        int ours = first(
                Arrays.copyOfRange(stack, Math.max(client, 0), stack.length),
                "dev.hawser.redis.",
                "dev.hawser.nats.",
                "dev.hawser.internal.");
        return client < 0 || ours < 0 ? null : stack[client].toString();
    }

    private static int first(StackTraceElement[] stack, String... packages) {
        for (int i = 0; i < stack.length; i++) {
            String name = stack[i].getClassName();
            if (Arrays.stream(packages).anyMatch(name::startsWith)) {
                return i;
            }
        }
        return -1;
    }

    /** The threads of Hawser that were seen to wait inside of the broker's client, and where. */
    Set<String> waiting() {
        return waiting;
    }

    /** The most bytes that were seen to wait for the broker. */
    long mostBytes() {
        return mostBytes;
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
    }
}
