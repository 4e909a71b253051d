package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that no message is sent in the middle of another (RFC 6455 5.4). Guarded by the lock of {@link
 * OutboundQueue}.
 */
final class MessageOrder {
    /** Kind and sending thread of the partial message in progress; null for none. */
    private @Nullable Opcode partialKind;

    private @Nullable Thread partialSender;

    /**
     * The opcode of a data frame that is sent now.
     *
     * @throws IllegalStateException if it would be in the middle of another message; the exception names both
     */
    Opcode opcodeOf(MessagePart part, Opcode kind) {
        Opcode inProgress = partialKind;
        if (inProgress != null && (part == MessagePart.WHOLE || inProgress != kind)) {
            Thread sender = partialSender;
            throw new IllegalStateException("a " + (part == MessagePart.WHOLE ? "whole " : "partial ") + kind
                    + " message cannot be sent in thread "
                    + Thread.currentThread().getName()
                    + " while the partial " + inProgress + " message of thread "
                    + (sender == null ? "?" : sender.getName()) + " is unfinished");
        }
        return inProgress == null ? kind : Opcode.CONTINUATION;
    }

    /** Whether a partial message is unfinished, so that no other may begin. */
    boolean isMidMessage() {
        return partialKind != null;
    }

    /** Called when the frame was accepted. */
    void accepted(MessagePart part, Opcode kind) {
        if (part != MessagePart.WHOLE) {
            boolean last = part == MessagePart.LAST;
            partialKind = last ? null : kind;
            partialSender = last ? null : Thread.currentThread();
        }
    }
}
