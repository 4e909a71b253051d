package dev.hawser.examples.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client has seen of its topics, over the subprotocol {@code hawser.topics.v1}: it reads the envelopes, and adds
 * to the address for the next connection what is needed to continue. Confined to one connection at a time.
 */
public final class Positions {
    /** The subprotocol to ask for. */
    public static final String SUBPROTOCOL = "hawser.topics.v1";

    private static final char ENVELOPE = '\u001e';
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\d+))");

    /**
     * A message.
     *
     * @param topic null if it is the application's own
     * @param kind {@code text}, {@code subscribed}, {@code recovered}, {@code gap}, {@code present}, {@code joined} or
     *     {@code left}; null if it is the application's own
     */
    public record Message(@Nullable String topic, @Nullable String kind, String text) {}

    private record Position(String epoch, String offset) {}

    private final Map<String, Position> seen = new HashMap<>();

    /** Reads a text message, and remembers its place. */
    public synchronized Message read(String data) {
        int end = data.indexOf('\n');
        if (data.isEmpty() || data.charAt(0) != ENVELOPE || end < 0) {
            return new Message(null, null, data);
        }
        Map<String, String> head = new HashMap<>();
        for (Matcher field = FIELD.matcher(data.substring(1, end)); field.find(); ) {
            String text = field.group(2);
            head.put(field.group(1), text == null ? field.group(3) : text.replaceAll("\\\\(.)", "$1"));
        }
        String topic = head.getOrDefault("topic", "");
        String epoch = head.get("epoch");
        if (epoch != null) {
            seen.put(topic, new Position(epoch, head.getOrDefault("offset", "0")));
        }
        return new Message(topic, head.get("kind"), data.substring(end + 1));
    }

    /** The address, with what has been seen in its query. */
    public synchronized URI continued(URI server) {
        StringBuilder address = new StringBuilder(server.toString());
        seen.forEach((topic, at) -> address.append(address.indexOf("?") < 0 ? '?' : '&')
                .append("hawser.topic=")
                .append(URLEncoder.encode(at.epoch() + "." + at.offset() + "." + topic, StandardCharsets.UTF_8)));
        return URI.create(address.toString());
    }
}
