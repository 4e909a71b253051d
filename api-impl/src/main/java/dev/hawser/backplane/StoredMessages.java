package dev.hawser.backplane;

import java.util.List;

/**
 * What a {@link HistoryStore} keeps of a topic.
 *
 * <pre>{@code
 * return new StoredMessages(epoch, newest, messages);
 * }</pre>
 *
 * @param epoch which history it is, drawn when the topic had none
 * @param newest the offset of the last message ever stored in it; 0 if there is none
 * @param messages all that are kept of what was asked for, in order; up to {@code newest} unless nothing is kept
 * @since 0.1.0
 */
public record StoredMessages(String epoch, long newest, List<StoredMessage> messages) {
    public StoredMessages {
        messages = List.copyOf(messages);
    }
}
