package dev.hawser.topic;

import jakarta.websocket.Session;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one message is published.
 *
 * <pre>{@code
 * topics.publish("prices", text, PublishOptions.toAll().except(session).key("EUR"));
 * }</pre>
 *
 * <p>Immutable: each method returns other options.
 *
 * @since 0.1.0
 */
public final class PublishOptions {
    private static final PublishOptions TO_ALL = new PublishOptions(null, "", null);

    private final @Nullable Session except;
    private final String key;
    private final @Nullable Class<?> encodedBy;

    private PublishOptions(@Nullable Session except, String key, @Nullable Class<?> encodedBy) {
        this.except = except;
        this.key = key;
        this.encodedBy = encodedBy;
    }

    /** Options for a message that goes to all subscribers and has an empty key. */
    public static PublishOptions toAll() {
        return TO_ALL;
    }

    /** Leaves out one session, usually the one whose message is passed on. */
    public PublishOptions except(Session session) {
        return new PublishOptions(Objects.requireNonNull(session, "session"), key, encodedBy);
    }

    /**
     * What the message is about: for a subscriber with {@link SlowSubscriber#LATEST} a message replaces a waiting one
     * with the same key. The initial key is empty.
     */
    public PublishOptions key(String about) {
        return new PublishOptions(except, Objects.requireNonNull(about, "key"), encodedBy);
    }

    /** Encodes an object with the encoders that the annotation of this endpoint class names. */
    public PublishOptions encodedBy(Class<?> endpointClass) {
        return new PublishOptions(except, key, Objects.requireNonNull(endpointClass, "endpointClass"));
    }

    /** See {@link #except(Session)}; null for no session. */
    public @Nullable Session except() {
        return except;
    }

    /** See {@link #key(String)}. */
    public String key() {
        return key;
    }

    /** See {@link #encodedBy(Class)}; null if no endpoint is named. */
    public @Nullable Class<?> encodedBy() {
        return encodedBy;
    }
}
