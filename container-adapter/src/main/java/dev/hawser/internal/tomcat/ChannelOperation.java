package dev.hawser.internal.tomcat;

import java.nio.channels.CompletionHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reads, or the writes, of an asynchronous channel, one at a time. A result that comes in the stack of the call
 * that began the operation is left to that call; for every other one {@code continued} runs, on the channel's thread.
 */
final class ChannelOperation implements CompletionHandler<Long, @Nullable Void> {
    private final Consumer<ChannelOperation> landed;
    private final Runnable continued;

    /** The thread that is in the call which begins an operation. Written with the wire's lock. */
    private volatile @Nullable Thread beginner;

    /** Whether the result came in the stack of {@link #begin}. Accessed by the beginner, with the wire's lock. */
    private boolean cameAtOnce;

    /** Whether the channel may still use its buffers for the operation. Guarded by the wire's lock. */
    private boolean inFlight;

    /** The result. Written before {@link #continued} runs or {@link #begin} returns, and read behind that. */
    private long count;

    private @Nullable Throwable failure;

    /**
     * @param landed is told of each end that nobody waits for
     * @param continued never throws
     */
    ChannelOperation(Consumer<ChannelOperation> landed, Runnable continued) {
        this.landed = landed;
        this.continued = continued;
    }

    /**
     * Runs the call that begins an operation, with the wire's lock; returns whether the result is there already. The
     * JDK clears the flag of an interrupt when it calls a handler in the caller's stack, so it is set again.
     */
    boolean begin(Runnable call) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        cameAtOnce = false;
        inFlight = true;
        beginner = Thread.currentThread();
        try {
            call.run();
        } catch (Throwable e) { // the channel's group has ended, or an error of the JVM
            end(-1, e);
        } finally {
            beginner = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return cameAtOnce;
    }

    @Override
    public void completed(Long transferred, @Nullable Void attachment) {
        end(transferred, null);
    }

    @Override
    public void failed(Throwable cause, @Nullable Void attachment) {
        end(-1, cause);
    }

    private void end(long transferred, @Nullable Throwable cause) {
        count = transferred;
        failure = cause;
        if (Thread.currentThread() == beginner) {
            cameAtOnce = true;
            inFlight = false;
        } else {
            try {
                landed.accept(this);
            } catch (Throwable e) {
                // There is no memory. Over TLS Tomcat counts the connection until the connector stops.
            }
            continued.run();
        }
    }

    /** The channel does not use its buffers for the operation any more. The caller holds the wire's lock. */
    void land() {
        inFlight = false;
    }

    /** The caller holds the wire's lock. */
    boolean isInFlight() {
        return inFlight;
    }

    /** The bytes transferred, or -1 at the end of the stream and after a failure. */
    long count() {
        return count;
    }

    @Nullable Throwable failure() {
        return failure;
    }
}
