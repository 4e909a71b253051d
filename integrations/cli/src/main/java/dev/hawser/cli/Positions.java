package dev.hawser.cli;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client has seen of its topics, over the subprotocol {@code hawser.topics.v1}: it reads the envelopes of text
 * messages, and adds to the address for the next connection what is needed to continue. Confined to one connection at a
 * time.
 *
 * <p>Servers refuse long addresses. If the client has seen so many topics that their part would have more than
 * 4,000 characters, those that it heard longest ago are forgotten. {@link #forget} is for a topic
 * that it has left.
 */
public final class Positions {
    /** The subprotocol to ask for. */
    public static final String SUBPROTOCOL = "hawser.topics.v1";

    private static final int MOST_CHARACTERS = 4000;
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

    /** The last place in each topic, as the query says it; the topic heard last is at the end. Guarded by this. */
    private final Map<String, String> seen = new LinkedHashMap<>();

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
            String place = epoch + "." + head.getOrDefault("offset", "0") + "." + topic;
            seen.remove(topic); // or it would keep its turn
            seen.put(topic, "hawser.topic=" + URLEncoder.encode(place, StandardCharsets.UTF_8));
            Iterator<String> oldest = seen.values().iterator();
            int characters = seen.values().stream().mapToInt(String::length).sum() + seen.size();
            while (characters > MOST_CHARACTERS) {
                characters -= oldest.next().length() + 1;
                oldest.remove();
            }
        }
        return new Message(topic, head.get("kind"), data.substring(end + 1));
    }

    /** The address, with what has been seen in its query. */
    public synchronized URI continued(URI server) {
        StringBuilder address = new StringBuilder(server.toString());
        for (String place : seen.values()) {
            address.append(address.indexOf("?") < 0 ? '?' : '&').append(place);
        }
        return URI.create(address.toString());
    }

    /** Forgets a topic that the client has left: what is missed there is not asked for. */
    public synchronized void forget(String topic) {
        seen.remove(topic);
    }
}
