package dev.hawser.internal.topic;

import dev.hawser.internal.session.RequestParameters;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last messages that a reconnecting client has seen: parameters {@code hawser.topic=EPOCH.OFFSET.NAME} in the query
 * of its handshake, one for each topic. They do not subscribe the session: each is used once, when the application
 * subscribes the session to that topic. Malformed ones are ignored. Not thread-safe.
 */
final class Wishes {
    private static final String PARAMETER = "hawser.topic";
    private static final int MOST = 1000;

    /** The message after which a client wants to continue. */
    record Wish(String epoch, long offset) {}

    private final Map<String, Wish> byTopic = new HashMap<>();

    Wishes(@Nullable String query) {
        for (String wish : RequestParameters.of(query).getOrDefault(PARAMETER, java.util.List.of())) {
            if (byTopic.size() < MOST) {
                add(wish);
            }
        }
    }

    private void add(String wish) {
        int first = wish.indexOf('.');
        int second = wish.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            return;
        }
        try {
            long offset = Long.parseLong(wish.substring(first + 1, second));
            if (offset >= 0) {
                byTopic.put(wish.substring(second + 1), new Wish(wish.substring(0, first), offset));
            }
        } catch (NumberFormatException e) {
            // Not a number: it is ignored.
        }
    }

    /** The wish for a topic. Returned once. */
    @Nullable Wish take(String topic) {
        return byTopic.remove(topic);
    }
}
