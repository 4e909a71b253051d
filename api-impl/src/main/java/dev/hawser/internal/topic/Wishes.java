package dev.hawser.internal.topic;

import dev.hawser.internal.session.RequestParameters;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client that comes back says it has seen: parameters {@code hawser.topic=EPOCH.OFFSET.NAME} of its handshake's
 * query, one for each topic. A wish, and no more: it is looked at only when the application subscribes the session to
 * that topic, and each is fulfilled once. What is malformed is left out. Not thread-safe.
 */
final class Wishes {
    private static final String PARAMETER = "hawser.topic";
    private static final int MOST = 1000;

    /** Behind which message a client wants to go on. */
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
            // It is no offset, so it is no wish.
        }
    }

    /** The wish for a topic, once. */
    @Nullable Wish take(String topic) {
        return byTopic.remove(topic);
    }
}
