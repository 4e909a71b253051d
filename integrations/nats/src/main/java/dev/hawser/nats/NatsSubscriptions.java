package dev.hawser.nats;

import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.StoredMessage;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The topics to which this node is subscribed, and how far it has heard the history of each. Offsets run over all
 * topics of a stream, and NATS says the offset of the message before only while it keeps that. So this remembers it:
 * while a subscription lasts, nothing is missing between two messages, unless NATS names an offset between them.
 * Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class NatsSubscriptions {
    /** How long after it broke a connection may still have looked open, and more. */
    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);

    /** One topic. Guarded by itself. */
    private static final class Heard {
        /** Whether the server has confirmed the subscription on the present connection. */
        private boolean confirmed;

        private String epoch = "";
        /** All messages of the topic up to this offset have been passed on, or were there to be read. */
        private long until;
        /** Whether {@link #until} grows: from a read, or a message, until the connection breaks. */
        private boolean whole;
        /** When it broke, by {@link System#nanoTime}. */
        private long brokenAt;
    }

    private final NatsLink link;
    private final Receipts receipts;
    private final Subjects subjects;
    private final BackplaneListener listener;
    private final Map<String, Heard> topics = new ConcurrentHashMap<>();

    NatsSubscriptions(NatsLink link, Receipts receipts, Subjects subjects, BackplaneListener listener) {
        this.link = link;
        this.receipts = receipts;
        this.subjects = subjects;
        this.listener = listener;
    }

    void subscribe(String topic) {
        topics.put(topic, new Heard());
        if (link.isThere()) {
            begin(topic);
        }
    }

    /** What the client knows and what is known here change together, so that no end follows a beginning. */
    private void begin(String topic) {
        Heard begun = topics.computeIfPresent(topic, (name, heard) -> {
            link.listen(subjects.delivered(name));
            return heard;
        });
        if (begun != null) {
            receipts.next().thenRun(() -> confirmed(topic, begun)); // otherwise connected() does it again
        }
    }

    /** A receipt of an earlier subscription to the topic says nothing about the present one. */
    private void confirmed(String topic, Heard heard) {
        if (topics.get(topic) != heard) {
            return;
        }
        synchronized (heard) {
            if (heard.confirmed) {
                return;
            }
            heard.confirmed = true;
        }
        listener.subscribed(topic);
    }

    void unsubscribe(String topic) {
        topics.compute(topic, (name, heard) -> {
            link.unlisten(subjects.delivered(name));
            return null;
        });
    }

    void connected() {
        topics.keySet().forEach(this::begin);
    }

    void lost() {
        for (Heard each : topics.values()) {
            synchronized (each) {
                each.confirmed = false;
                if (each.whole) {
                    each.whole = false;
                    each.brokenAt = System.nanoTime();
                }
            }
        }
    }

    void received(Message message) {
        String topic = subjects.topic(message.getSubject());
        Heard heard = topic == null ? null : topics.get(topic);
        if (topic == null || heard == null) {
            return; // it was on the way when the subscription ended
        }
        Headers headers = message.getHeaders();
        String stream = headers == null ? null : headers.getLast("Nats-Stream");
        if (headers == null || stream == null) {
            listener.live(topic, message.getData());
            return;
        }
        StoredMessage stored = stored(heard, stream, headers, message.getData());
        if (stored != null) {
            listener.stored(topic, stored);
        }
    }

    /** Null if it is not what a stream of ours has sent. */
    private @Nullable StoredMessage stored(Heard heard, String stream, Headers headers, byte[] message) {
        String id = headers.getLast("Nats-Msg-Id");
        if (id == null) {
            return null;
        }
        String epoch = NatsStreams.epoch(stream);
        long offset;
        long before;
        try {
            offset = Long.parseLong(headers.getLast("Nats-Sequence"));
            before = Long.parseLong(headers.getLast("Nats-Last-Sequence"));
        } catch (NumberFormatException e) {
            return null;
        }
        synchronized (heard) {
            boolean follows = heard.whole && heard.epoch.equals(epoch) && before <= heard.until && heard.until < offset;
            long previous = follows ? heard.until : before;
            if (!heard.epoch.equals(epoch) || heard.until < offset) {
                heard.epoch = epoch;
                heard.until = offset;
                heard.whole = true;
            }
            return new StoredMessage(epoch, offset, previous, id, 0, message);
        }
    }

    /** A read has found all messages up to an offset. */
    void read(String topic, String epoch, long until) {
        Heard heard = topics.get(topic);
        if (heard == null) {
            return;
        }
        synchronized (heard) {
            if (heard.confirmed && (!heard.whole || !heard.epoch.equals(epoch) || heard.until < until)) {
                heard.epoch = epoch;
                heard.until = until;
                heard.whole = true;
            }
        }
    }

    /**
     * Whether no message after a known one can have become too old unseen, although NATS does not keep the known one
     * any more: if this node has heard all up to it, and was away for a shorter time than messages are kept.
     */
    boolean missedNothingOld(String topic, String epoch, long known, Limits limits) {
        Heard heard = topics.get(topic);
        if (heard == null) {
            return false;
        }
        synchronized (heard) {
            if (!heard.epoch.equals(epoch) || heard.until != known) {
                return false;
            }
            Duration away = Duration.ofNanos(System.nanoTime() - heard.brokenAt).plus(NOTICED_WITHIN);
            return heard.whole || away.toMillis() < limits.millis();
        }
    }
}
