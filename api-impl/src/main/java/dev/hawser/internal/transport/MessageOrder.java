package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no message stands in the middle of another (RFC 6455 5.4). The lock of {@link OutboundQueue} guards
 * it.
 */
final class MessageOrder {
    /** Kind and thread of the partial message in progress. */
    private @Nullable Opcode partialKind;

    private @Nullable Thread partialSender;

    /**
     * The opcode that a data frame would have now.
     *
     * @throws IllegalStateException if it would stand in the middle of another message, naming both
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

    /** Whether a partial message is unfinished, so that no other may come. */
    boolean isMidMessage() {
        return partialKind != null;
    }

    /** The frame has been accepted: what follows it is judged by that. */
    void accepted(MessagePart part, Opcode kind) {
        if (part != MessagePart.WHOLE) {
            boolean last = part == MessagePart.LAST;
            partialKind = last ? null : kind;
            partialSender = last ? null : Thread.currentThread();
        }
    }
}
