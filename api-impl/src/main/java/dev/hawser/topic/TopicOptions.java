package dev.hawser.topic;

import jakarta.websocket.Encoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the topics of a pattern behave.
 *
 * <pre>{@code
 * topics.configure("prices/*", TopicOptions.live().slow(SlowSubscriber.LATEST).encoders(PriceEncoder.class));
 * }</pre>
 *
 * <p>Immutable: each method returns other options.
 *
 * @since 0.1.0
 */
public final class TopicOptions {
    private static final TopicOptions LIVE = new TopicOptions(SlowSubscriber.CLOSE, List.of());

    private final SlowSubscriber slow;
    private final List<Class<? extends Encoder>> encoders;

    private TopicOptions(SlowSubscriber slow, List<Class<? extends Encoder>> encoders) {
        this.slow = slow;
        this.encoders = encoders;
    }

    /** Those of a topic that nobody has configured: who is not subscribed misses what is published. */
    public static TopicOptions live() {
        return LIVE;
    }

    /** What happens to a subscriber that reads too slowly, unless it has subscribed with a rule of its own. */
    public TopicOptions slow(SlowSubscriber rule) {
        return new TopicOptions(Objects.requireNonNull(rule, "rule"), encoders);
    }

    /**
     * What encodes the objects that are published, as {@code ServerEndpoint.encoders} does: the first that takes an
     * object. There is one instance of each for all topics of the pattern, and one thread at a time is in it.
     */
    @SafeVarargs
    public final TopicOptions encoders(Class<? extends Encoder>... classes) {
        List<Class<? extends Encoder>> all = new ArrayList<>();
        for (Class<? extends Encoder> each : classes) {
            all.add(each);
        }
        return new TopicOptions(slow, List.copyOf(all));
    }

    /** See {@link #slow(SlowSubscriber)}. */
    public SlowSubscriber slow() {
        return slow;
    }

    /** See {@link #encoders(Class...)}. */
    public List<Class<? extends Encoder>> encoders() {
        return encoders;
    }
}
