package dev.hawser.internal.topic;

import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Copies to this node what the backplane keeps of one topic's history. Each message is added once and in its order,
 * whether a read brings it or the broker sends it. Guarded by the topic's lock.
 */
final class HistoryCopy {
    private final FeedTopic topic;
    private final FeedHistory history;
    private final long node;

    /** @param node the number of this node */
    HistoryCopy(FeedTopic topic, FeedHistory history, long node) {
        this.topic = topic;
        this.history = history;
        this.node = node;
    }

    /**
     * Adds the messages of a read. New ones are passed on, except those of the first read.
     *
     * @param fromOther whether the sessions come from another epoch, and must be told where they continue
     */
    void merge(StoredMessages found, boolean fromOther, Attention attention) {
        TopicHistory kept = history.history();
        List<StoredMessage> messages = found.messages();
        long base = messages.isEmpty() ? found.newest() : messages.get(0).previous();
        if (kept == null) {
            kept = new TopicHistory(found.epoch(), base);
            history.history(kept);
            for (StoredMessage each : messages) {
                add(kept, each);
            }
            history.trim(kept);
            if (fromOther) {
                history.tellGap(kept, attention);
            }
            return;
        }
        if (!found.epoch().equals(kept.epoch())) {
            int known = knownOf(messages, kept);
            kept = new TopicHistory(found.epoch(), base);
            history.history(kept);
            for (StoredMessage each : messages.subList(0, known)) {
                add(kept, each);
            }
            history.tellGap(kept, attention);
        } else if (base > kept.newest()) {
            kept.skipTo(base);
            history.tellGap(kept, attention);
        } else if (fromOther) {
            history.tellGap(kept, attention);
        }
        for (StoredMessage each : messages) {
            if (each.offset() > kept.newest()) {
                pass(kept, each, attention);
            }
        }
    }

    /**
     * How many of the first messages have been passed on in the epoch before: all up to the last one that is kept here.
     * The history here and that of the broker may not begin with the same message. If none is kept, age decides.
     */
    private int knownOf(List<StoredMessage> messages, TopicHistory before) {
        Set<String> ids = before.ids();
        int known = messages.size();
        while (known > 0 && !ids.contains(messages.get(known - 1).id())) {
            known--;
        }
        if (known == 0) {
            known = messages.size();
            while (known > 0 && !before.isOlder(published(messages.get(known - 1)))) {
                known--;
            }
        }
        return known;
    }

    private long published(StoredMessage message) {
        return history.now() - TimeUnit.MILLISECONDS.toNanos(message.ageMillis());
    }

    /** Adds the message after the last one, and passes it on. One that cannot be decoded is told as a gap. */
    void pass(TopicHistory kept, StoredMessage message, Attention attention) {
        Publication added = add(kept, message);
        if (added == null) {
            history.tellGap(kept, attention);
            return;
        }
        history.trim(kept);
        topic.passToAll(added, true, attention);
    }

    /** Passes on a message that another node has stored, although the topic has no history here. */
    void passUnkept(StoredMessage message, Attention attention) {
        Publication live = placed(message);
        if (live != null) {
            topic.passToAll(live, false, attention);
        }
    }

    /** Adds a message. Returns null if it cannot be decoded and is skipped. */
    private @Nullable Publication add(TopicHistory kept, StoredMessage message) {
        Publication made = placed(message);
        if (made == null) {
            kept.skipTo(message.offset());
        } else {
            kept.add(made, published(message));
        }
        return made;
    }

    private @Nullable Publication placed(StoredMessage message) {
        NodeMessage decoded = NodeMessage.decoded(message.message());
        if (decoded == null) {
            return null;
        }
        boolean own = decoded.node() == node;
        Publication made = new Publication(
                decoded.message(), decoded.key(), own && !decoded.except().isEmpty() ? decoded.except() : null);
        made.place(message.epoch(), message.offset(), message.previous(), message.id());
        return made;
    }
}
