package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.internal.transport.ExtensionFailedException;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.Progress;
import jakarta.websocket.CloseReason.CloseCodes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why sends of one session are refused, in words and exceptions, and what else follows from it. Thread-safe. */
final class SendRefusals {
    private final Progress progress;
    private final ConnectionEnd end;
    private final boolean closeOnOverflow;
    private volatile @Nullable String last;

    SendRefusals(Progress progress, ConnectionEnd end, boolean closeOnOverflow) {
        this.progress = progress;
        this.end = end;
        this.closeOnOverflow = closeOnOverflow;
    }

    /** The message for a full queue, with the bound that was reached. */
    String full(long refusal) {
        Setting<?> bound = Setting.OUTBOUND_BYTES;
        String why = "";
        if (refusal == OutboundQueue.FULL_OF_MESSAGES) {
            bound = Setting.OUTBOUND_MESSAGES;
        } else if (refusal == OutboundQueue.SHORT_OF_MEMORY) {
            bound = Setting.MEMORY_BUDGET;
            why = ", and memory is short";
        }
        return "the outbound queue is full: " + progress.bufferedMessages() + " messages of "
                + progress.bufferedBytes() + " bytes wait for a peer that reads too slowly" + why + "; see "
                + bound.key();
    }

    /** The exception for an asynchronous send that a full queue has refused. */
    IOException asynchronous(long refusal) {
        return new RefusedSend(shared(full(refusal)), null);
    }

    /** The exception for an asynchronous send that has failed with {@code thrown}, because the queue has ended. */
    IOException asynchronous(IOException thrown) {
        boolean tellsWhere = thrown instanceof ExtensionFailedException;
        return tellsWhere ? thrown : new RefusedSend(shared(String.valueOf(thrown.getMessage())), thrown.getCause());
    }

    /** The same text as before, if it is equal. */
    private String shared(String text) {
        String before = last;
        if (before != null && before.equals(text)) {
            return before;
        }
        last = text;
        return text;
    }

    /** An asynchronous send was refused: closes the session if that is the setting. */
    void overflowed(long refusal) {
        if (!closeOnOverflow) {
            return;
        }
        if (refusal == OutboundQueue.SHORT_OF_MEMORY) {
            end.closeForFault(CloseCodes.TRY_AGAIN_LATER, ConnectionMemory.WHY, CloseCause.SHORT_OF_MEMORY);
        } else {
            end.closeForFault(CloseCodes.VIOLATED_POLICY, "reads too slowly", CloseCause.SLOW_READER);
        }
    }

    /**
     * It has no stack trace, and one text for refusals with the same reason: an application that sends in a loop to a
     * thousand peers that do not read would otherwise fill the heap with stack traces that wait for its handlers.
     */
    private static final class RefusedSend extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedSend(String message, @Nullable Throwable cause) {
            super(message);
            if (cause != null) {
                initCause(cause);
            }
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
