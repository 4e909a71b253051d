package dev.hawser.internal.transport;

import org.jspecify.annotations.Nullable;

/** A send whose end somebody wants to know: where it ends, how long it may take, and whom to tell. */
public final class PendingSend {
    /** Who is told. */
    public interface Completion {
        /** Whether {@link #ended} runs code of the application, so that it must run on a callback thread. */
        boolean runsApplicationCode();

        /**
         * Called once, never under a lock; again if it throws, which it may do only before somebody is told.
         *
         * @param failure why the send failed, or null if the message was handed to the network
         */
        void ended(@Nullable Throwable failure);
    }

    /** Written when the send is accepted, under the lock of its queue. */
    private long position;

    private final long deadline;
    private final Completion completion;
    /** Set before the send is handed to {@link OutboundListener#onCompleted}, which publishes it. */
    private @Nullable Throwable failure;
    /**
     * The next of a chain: in {@link PendingSends}, whose guard it shares, and then wherever ended sends wait for their
     * completion. So no lack of memory loses one. A field, since a call may find no stack.
     */
    @Nullable PendingSend next;

    /**
     * A send that is yet to be accepted.
     *
     * @param deadline when it fails, as of {@link System#nanoTime}, at most half of all longs away
     */
    public PendingSend(long deadline, Completion completion) {
        this.deadline = deadline;
        this.completion = completion;
    }

    /**
     * A send that has ended before it began: failed with {@code cause}, or, without one, because there was nothing to
     * send.
     */
    public static PendingSend ended(Completion completion, @Nullable Throwable cause) {
        PendingSend send = new PendingSend(0, completion);
        send.fail(cause);
        return send;
    }

    long position() {
        return position;
    }

    void accepted(long at) {
        position = at;
    }

    /**
     * The next of a chain of ended sends, which belongs to whom {@link OutboundListener#onCompleted} has given them.
     */
    public @Nullable PendingSend next() {
        return next;
    }

    /** Sets {@link #next()}. If it throws, for want of stack, nothing has happened. */
    public void next(@Nullable PendingSend behind) {
        next = behind;
    }

    long deadline() {
        return deadline;
    }

    /** Marks the send as failed; the first cause stays. */
    void fail(@Nullable Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Whether {@link #complete} runs code of the application. */
    public boolean runsApplicationCode() {
        return completion.runsApplicationCode();
    }

    /** Tells the completion. Called once, and again if it throws. */
    public void complete() {
        completion.ended(failure);
    }
}
