package dev.hawser.redis;

import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Keeps histories in streams of Redis: each topic has a hash with its epoch, its newest offset and the last number of
 * each sender, and a stream whose ids are the offsets. Offsets of a topic are 1, 2, 3 and so on.
 */
final class RedisHistory implements HistoryStore {
    /** How long the epoch is kept after the last message has expired. */
    private static final Duration EPOCH_OUTLIVES = Duration.ofDays(1);

    private static final SecureRandom EPOCHS = new SecureRandom();

    private final String prefix;
    private final RedisScript append;
    private final RedisScript read;

    RedisHistory(RedisCommands commands, String prefix) {
        this.prefix = prefix;
        this.append = new RedisScript(commands, "append.lua");
        this.read = new RedisScript(commands, "read.lua");
    }

    /** The braces keep both keys on one node of a cluster. */
    private byte[][] keys(String topic) {
        return new byte[][] {bytes(prefix + "meta:{" + topic + "}"), bytes(prefix + "log:{" + topic + "}")};
    }

    @Override
    public CompletionStage<?> append(String topic, String sender, long number, byte[] message, int most, Duration age) {
        long millis =
                Math.max(1, Math.min(age.toMillis(), Duration.ofDays(36500).toMillis()));
        return append.<Object>run(
                ScriptOutputType.INTEGER,
                keys(topic),
                bytes(prefix + topic),
                bytes(sender),
                bytes(number),
                message,
                bytes(most),
                bytes(millis),
                bytes(newEpoch()),
                bytes(millis + EPOCH_OUTLIVES.toMillis()));
    }

    @Override
    public CompletionStage<StoredMessages> read(String topic, StoredMessage known, int most, Duration age) {
        return read.<List<Object>>run(
                        ScriptOutputType.MULTI,
                        keys(topic),
                        bytes(known.epoch()),
                        bytes(known.offset()),
                        bytes(known.id()),
                        bytes(newEpoch()),
                        bytes(EPOCH_OUTLIVES.toMillis()))
                .thenApply(RedisHistory::messages);
    }

    @SuppressWarnings("unchecked") // the form of read.lua's reply
    private static StoredMessages messages(List<Object> answer) {
        String epoch = text(answer.get(0));
        long now = (Long) answer.get(2);
        List<StoredMessage> messages = new ArrayList<>();
        for (Object each : (List<Object>) answer.get(3)) {
            List<Object> entry = (List<Object>) each;
            String at = text(entry.get(0));
            long offset = Long.parseLong(at.substring(0, at.indexOf('-')));
            List<Object> fields = (List<Object>) entry.get(1);
            long age = Math.max(0, now - Long.parseLong(text(fields.get(3))));
            messages.add(
                    new StoredMessage(epoch, offset, offset - 1, text(fields.get(1)), age, (byte[]) fields.get(5)));
        }
        return new StoredMessages(epoch, (Long) answer.get(1), messages);
    }

    private static String newEpoch() {
        return Long.toString(EPOCHS.nextLong() >>> 1, 36);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
