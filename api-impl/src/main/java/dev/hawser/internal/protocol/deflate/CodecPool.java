package dev.hawser.internal.protocol.deflate;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Deflaters or inflaters between two messages. Each owns native memory, some 256 KiB or 40 KiB, that the garbage
 * collector does not see, so each that is made is ended here, and how many live can be asked. Thread-safe without
 * locks.
 */
final class CodecPool<T> {
    private final Supplier<T> maker;
    private final Consumer<T> resetter;
    private final Consumer<T> ender;
    private final int mostIdle;

    private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private volatile boolean closed;

    /**
     * @param mostIdle how many are kept; more are ended when they come back
     */
    CodecPool(int mostIdle, Supplier<T> maker, Consumer<T> resetter, Consumer<T> ender) {
        this.mostIdle = mostIdle;
        this.maker = maker;
        this.resetter = resetter;
        this.ender = ender;
    }

    /** One that is as good as new; whoever borrows it owes it to {@link #giveBack}. */
    T borrow() {
        T codec = idle.poll();
        if (codec != null) {
            idleCount.decrementAndGet();
            return codec;
        }
        live.incrementAndGet();
        return maker.get();
    }

    void giveBack(T codec) {
        if (idleCount.incrementAndGet() > mostIdle) {
            idleCount.decrementAndGet();
            end(codec);
            return;
        }
        resetter.accept(codec);
        idle.add(codec);
        if (closed) {
            endIdle(); // nobody would come for it
        }
    }

    /** Ends what is idle; what is borrowed is ended when it comes back. */
    void close() {
        closed = true;
        endIdle();
    }

    /** How many exist, idle and borrowed. */
    int live() {
        return live.get();
    }

    private void endIdle() {
        for (T codec = idle.poll(); codec != null; codec = idle.poll()) {
            idleCount.decrementAndGet();
            end(codec);
        }
    }

    private void end(T codec) {
        ender.accept(codec);
        live.decrementAndGet();
    }
}
