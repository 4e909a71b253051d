package dev.hawser.backplane;

/**
 * A message of a topic with history, and its place there.
 *
 * <pre>{@code
 * listener.stored("room/7", new StoredMessage(epoch, 42, 41, "node-1:7", 0, bytes));
 * }</pre>
 *
 * @param epoch which history it is; offsets of another mean other messages
 * @param offset its place, 1 or more, that grows with each message of the topic
 * @param previous the offset of the message before it in its topic; 0 if it is the first ever
 * @param id that of no other message: its sender and number
 * @param ageMillis for how long it has been stored
 * @param message as it was appended; not to be changed
 * @since 0.1.0
 */
public record StoredMessage(String epoch, long offset, long previous, String id, long ageMillis, byte[] message) {
    /** Before all messages. */
    public static final StoredMessage NONE = new StoredMessage("", 0, 0, "", 0, new byte[0]);
}
