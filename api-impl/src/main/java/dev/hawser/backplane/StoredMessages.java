package dev.hawser.backplane;

import java.util.List;

/**
 * The result of {@link HistoryStore#read}.
 *
 * <pre>{@code
 * return new StoredMessages(epoch, newest, messages);
 * }</pre>
 *
 * @param epoch names the history; it is drawn when the topic has none
 * @param newest the offset of the last message that was stored in it; 0 if there was none
 * @param messages those of the requested messages that are kept, in order; the last one is {@code newest} unless none
 *     is kept
 * @since 0.1.0
 */
public record StoredMessages(String epoch, long newest, List<StoredMessage> messages) {
    public StoredMessages {
        messages = List.copyOf(messages);
    }
}
