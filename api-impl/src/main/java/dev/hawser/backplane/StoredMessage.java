package dev.hawser.backplane;

/**
 * A message of a topic with history, and its place in the history.
 *
 * <pre>{@code
 * listener.stored("room/7", new StoredMessage(epoch, 42, 41, "node-1:7", 0, bytes));
 * }</pre>
 *
 * @param epoch names the history; in another epoch the same offset is another message
 * @param offset the place of the message, 1 or more, which grows with each message of the topic
 * @param previous the offset of the message before it in its topic; 0 if it is the first one
 * @param id unique: the sender and the number
 * @param ageMillis how long it has been stored, in milliseconds
 * @param message as it was appended; must not be changed
 * @since 0.1.0
 */
public record StoredMessage(String epoch, long offset, long previous, String id, long ageMillis, byte[] message) {
    /** Before all messages. */
    public static final StoredMessage NONE = new StoredMessage("", 0, 0, "", 0, new byte[0]);
}
