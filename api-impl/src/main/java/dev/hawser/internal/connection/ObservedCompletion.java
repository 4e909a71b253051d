package dev.hawser.internal.connection;

import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.transport.PendingSend;
import org.jspecify.annotations.Nullable;

/** The completion of an asynchronous send, which tells observers if the send has failed. */
final class ObservedCompletion implements PendingSend.Completion {
    private final PendingSend.Completion completion;
    private final ConnectionEvents events;
    /** Whether the failure was told; the completion may be called twice, one call after the other. */
    private boolean told;

    ObservedCompletion(PendingSend.Completion completion, ConnectionEvents events) {
        this.completion = completion;
        this.events = events;
    }

    @Override
    public boolean runsApplicationCode() {
        return completion.runsApplicationCode();
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        if (failure != null && !told) {
            told = true;
            events.sendFailed(failure);
        }
        completion.ended(failure);
    }
}
