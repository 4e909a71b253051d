package dev.hawser.internal.transport;

import org.jspecify.annotations.Nullable;

/** A send with a completion: the position of its end, its deadline, and the completion. */
public final class PendingSend {
    /** Called when a send has ended. */
    public interface Completion {
        /** Whether {@link #ended} runs code of the application, so that it must run on a callback thread. */
        boolean runsApplicationCode();

        /**
         * Called once, without a lock. It is called again if it throws, which it may do only before the application is
         * told.
         *
         * @param failure why the send failed, or null if the message was handed to the network
         */
        void ended(@Nullable Throwable failure);
    }

    /** Written when the send is accepted, with the queue's lock held. */
    private long position;

    private final long deadline;
    private final Completion completion;
    /** Set before the send is handed to {@link OutboundListener#onCompleted}, which publishes it. */
    private @Nullable Throwable failure;
    /**
     * The next send: in {@link PendingSends}, whose guard it shares, and later in the list of ended sends. So no lack
     * of memory loses a send. Used without a method, since a call could throw a StackOverflowError.
     */
    @Nullable PendingSend next;

    /**
     * A send that is not yet accepted.
     *
     * @param deadline when it fails, a time of {@link System#nanoTime}, less than 2^62 away
     */
    public PendingSend(long deadline, Completion completion) {
        this.deadline = deadline;
        this.completion = completion;
    }

    /**
     * A send that has ended without being queued: it has failed with {@code cause}, or, if that is null, there was
     * nothing to send.
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

    /** The next of a list of ended sends. The receiver of {@link OutboundListener#onCompleted} may use it. */
    public @Nullable PendingSend next() {
        return next;
    }

    /** Sets {@link #next()}. If this throws an error, nothing has changed. */
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

    /** Calls the completion. Called once, and again if it throws. */
    public void complete() {
        completion.ended(failure);
    }
}
