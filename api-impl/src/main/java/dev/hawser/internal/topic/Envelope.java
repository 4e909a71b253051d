package dev.hawser.internal.topic;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.transport.SharedMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of the subprotocol {@code hawser.topics.v1}: a message of a topic begins with U+001E and a JSON
 * object, which ends at the first line feed; the rest is the message as it was published (docs/topics.md).
 */
final class Envelope {
    /** Sessions with this subprotocol get envelopes. {@code +} and a name of the application may follow it. */
    static final String SUBPROTOCOL = "hawser.topics.v1";

    private Envelope() {}

    /** Whether a session with this subprotocol gets envelopes. */
    static boolean isAgreed(@Nullable String subprotocol) {
        return subprotocol != null && (subprotocol.equals(SUBPROTOCOL) || subprotocol.startsWith(SUBPROTOCOL + "+"));
    }

    /** A message with its place in the history; if the offset is 0, it has no place. */
    static SharedMessage of(String topic, String epoch, long offset, long previous, SharedMessage message) {
        String kind = message.kind() == Opcode.TEXT ? "text" : "binary";
        byte[] head = head(topic, kind, epoch, offset, offset > 0 ? previous : -1);
        ByteBuffer payload = message.payload();
        byte[] whole = Arrays.copyOf(head, head.length + payload.remaining());
        payload.get(whole, head.length, payload.remaining());
        return new SharedMessage(message.kind(), whole);
    }

    /** Tells a client after which offset its messages begin: {@code subscribed}, {@code recovered} or {@code gap}. */
    static SharedMessage position(String kind, String topic, String epoch, long offset) {
        return new SharedMessage(Opcode.TEXT, head(topic, kind, epoch, offset, -1));
    }

    /**
     * Tells who is there: {@code present} with all names as a JSON array, or {@code joined} or {@code left} with one
     * name.
     *
     * @param count how many are there then
     */
    static SharedMessage presence(String kind, String topic, int count, String payload) {
        StringBuilder json = begin(topic, kind).append(",\"count\":").append(count);
        return new SharedMessage(
                Opcode.TEXT, json.append("}\n").append(payload).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON array. */
    static String array(Set<String> texts) {
        StringBuilder json = new StringBuilder("[");
        for (String each : texts) {
            quote(each, json.length() == 1 ? json : json.append(','));
        }
        return json.append(']').toString();
    }

    private static byte[] head(String topic, String kind, String epoch, long offset, long previous) {
        StringBuilder json = begin(topic, kind);
        if (!epoch.isEmpty()) {
            json.append(",\"epoch\":\"").append(epoch).append("\",\"offset\":").append(offset);
        }
        if (previous >= 0) {
            json.append(",\"previous\":").append(previous);
        }
        return json.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder begin(String topic, String kind) {
        StringBuilder json = new StringBuilder("\u001e{\"topic\":");
        quote(topic, json);
        return json.append(",\"kind\":\"").append(kind).append('"');
    }

    /** Appends a JSON string. */
    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) { // names have no control characters
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\');
            }
            json.append(c);
        }
        json.append('"');
    }
}
