package dev.hawser.test;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads of production: one is the network, as a selector is, and Hawser's workers run the callbacks. */
final class RealThreads implements TestThreads {
    private final ExecutorService network;

    /** @param name begins the names of the threads */
    RealThreads(String name) {
        network = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name + "-network");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Executor network() {
        return network;
    }

    @Override
    public Executor forTurns() {
        return network;
    }

    /** Does nothing: only the test knows what it waits for. */
    @Override
    public void settle() {}

    @Override
    public void advance(Duration time) {
        throw new IllegalStateException("With realThreads() time is real, and cannot be advanced");
    }

    @Override
    public Duration pass(Duration time) {
        return time;
    }

    @Override
    public void end() {
        network.shutdownNow();
    }

    @Override
    public boolean isEnded() {
        return network.isShutdown();
    }
}
