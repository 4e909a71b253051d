package dev.hawser.internal.protocol.deflate;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps deflaters or inflaters between two messages. Each owns native memory, some 256 KiB or 40 KiB, that the garbage
 * collector does not see, so the pool ends each one that it made and counts those that live. Thread-safe without locks.
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

    /** @param mostIdle how many idle ones are kept; those that come back beyond this are ended */
    CodecPool(int mostIdle, Supplier<T> maker, Consumer<T> resetter, Consumer<T> ender) {
        this.mostIdle = mostIdle;
        this.maker = maker;
        this.resetter = resetter;
        this.ender = ender;
    }

    /** Gives a codec that is as good as new; the borrower must {@link #giveBack} it. */
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
            endIdle(); // close() may have run before the add, and would not see it
        }
    }

    /** Ends the idle ones; a borrowed one is ended when it comes back. */
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
