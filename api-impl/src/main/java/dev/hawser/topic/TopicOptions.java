package dev.hawser.topic;

import jakarta.websocket.Encoder;
import java.time.Duration;
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
    /** The longest age, 292 years: 64 bits of nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final TopicOptions LIVE =
            new TopicOptions(SlowSubscriber.CLOSE, List.of(), 0, Duration.ZERO, 0, false);

    private final SlowSubscriber slow;
    private final List<Class<? extends Encoder>> encoders;

    private final int historySize;
    private final Duration historyAge;
    private final int presence;
    private final boolean localWhileAway;

    private TopicOptions(
            SlowSubscriber slow,
            List<Class<? extends Encoder>> encoders,
            int historySize,
            Duration historyAge,
            int presence,
            boolean localWhileAway) {
        this.slow = slow;
        this.encoders = encoders;
        this.historySize = historySize;
        this.historyAge = historyAge;
        this.presence = presence;
        this.localWhileAway = localWhileAway;
    }

    /** The options of a topic that is not configured: a session gets only what is published while it is subscribed. */
    public static TopicOptions live() {
        return LIVE;
    }

    /** What happens to a subscriber that reads too slowly, unless it has subscribed with its own rule. */
    public TopicOptions slow(SlowSubscriber rule) {
        return new TopicOptions(
                Objects.requireNonNull(rule, "rule"), encoders, historySize, historyAge, presence, localWhileAway);
    }

    /**
     * The encoders of published objects, like {@code ServerEndpoint.encoders}: the first one that takes an object
     * encodes it. There is one instance of each for all topics of the pattern; only one thread at a time uses it.
     */
    @SafeVarargs
    public final TopicOptions encoders(Class<? extends Encoder>... classes) {
        List<Class<? extends Encoder>> all = new ArrayList<>();
        for (Class<? extends Encoder> each : classes) {
            all.add(each);
        }
        return new TopicOptions(slow, List.copyOf(all), historySize, historyAge, presence, localWhileAway);
    }

    /**
     * Keeps the last messages of each topic in memory, so that a client that agreed the subprotocol {@code
     * hawser.topics.v1} gets what it has missed when it reconnects (docs/topics.md). By default none are kept.
     *
     * @param messages how many messages are kept at most, 1 or more
     * @param age for how long they are kept at most, more than 0; more than 292 years count as 292
     */
    public TopicOptions history(int messages, Duration age) {
        if (messages < 1 || age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException(
                    "a history has at least 1 message and lasts: not " + messages + " for " + age);
        }
        return new TopicOptions(
                slow, encoders, messages, age.compareTo(LONGEST) > 0 ? LONGEST : age, presence, localWhileAway);
    }

    /**
     * Lets a topic with a history go on within this node while the broker of a {@linkplain Topics#connect backplane} is
     * away: what is published then goes to the sessions of this node. Such messages have an epoch of their own, do not
     * go to other nodes, and are not stored later; {@link Published#elsewhere} fails. Sessions that agreed the
     * subprotocol {@code hawser.topics.v1} are told a gap when the local epoch begins, and again when the broker is
     * back (docs/topics.md). By default publishing fails. Without a backplane, or without a history, this changes
     * nothing.
     *
     * <pre>{@code
     * topics.configure("room/*", TopicOptions.live().history(1000, Duration.ofMinutes(10)).localWhileAway());
     * }</pre>
     */
    public TopicOptions localWhileAway() {
        return new TopicOptions(slow, encoders, historySize, historyAge, presence, true);
    }

    /**
     * Lets sessions {@link Topics#join} each topic as members. {@link Topics#present} says who is there, and
     * subscribers that agreed the subprotocol {@code hawser.topics.v1} are told who joins and leaves (docs/topics.md).
     * By default a topic has no members.
     *
     * @param mostNamed up to this number of members, 1 or more, each is named; if there are more, only their number is
     *     told
     */
    public TopicOptions presence(int mostNamed) {
        if (mostNamed < 1) {
            throw new IllegalArgumentException("at least 1 member is named, not " + mostNamed);
        }
        return new TopicOptions(slow, encoders, historySize, historyAge, mostNamed, localWhileAway);
    }

    /** See {@link #slow(SlowSubscriber)}. */
    public SlowSubscriber slow() {
        return slow;
    }

    /** See {@link #encoders(Class...)}. */
    public List<Class<? extends Encoder>> encoders() {
        return encoders;
    }

    /** How many messages are kept; 0 for none. See {@link #history}. */
    public int historySize() {
        return historySize;
    }

    /** How long messages are kept. See {@link #history}. */
    public Duration historyAge() {
        return historyAge;
    }

    /** How many members are named at most; 0 if sessions cannot join. See {@link #presence(int)}. */
    public int presence() {
        return presence;
    }

    /** Whether publishing goes on within the node while the broker is away. See {@link #localWhileAway}. */
    public boolean isLocalWhileAway() {
        return localWhileAway;
    }
}
