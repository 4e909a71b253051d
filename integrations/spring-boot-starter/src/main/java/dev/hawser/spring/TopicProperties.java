package dev.hawser.spring;

import dev.hawser.topic.TopicOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** The properties {@code hawser.topics.*}: patterns with options, and how nodes are connected. */
final class TopicProperties {
    static final String PATTERNS = "hawser.topics.patterns";
    static final String REDIS_ENABLED = "hawser.topics.redis.enabled";
    static final String REDIS_PREFIX = "hawser.topics.redis.prefix";
    static final String NATS_URL = "hawser.topics.nats.url";
    static final String NATS_PREFIX = "hawser.topics.nats.prefix";

    /** All of them; 0 stands for the index of an element. */
    static final List<String> NAMES = List.of(
            PATTERNS + "[0].pattern",
            PATTERNS + "[0].history-messages",
            PATTERNS + "[0].history-age",
            PATTERNS + "[0].local-while-away",
            PATTERNS + "[0].presence",
            PATTERNS + "[0].slow-subscriber",
            PATTERNS + "[0].encoders",
            PATTERNS + "[0].encoders[0]",
            REDIS_ENABLED,
            REDIS_PREFIX,
            NATS_URL,
            NATS_PREFIX);

    private static final String OPTIONS_PAGE = "docs/spring.md has all of them.";

    private TopicProperties() {}

    /** A pattern with its options. */
    record Configured(String pattern, TopicOptions options) {}

    /**
     * The patterns, in their order.
     *
     * @throws HawserStartException if an element is not valid, or a backplane is wanted whose jar is missing
     */
    static List<Configured> read(Environment environment) {
        Binder binder = Binder.get(environment);
        requireJar(binder, NATS_URL, String.class, "dev.hawser.nats.NatsBackplane", "hawser-nats");
        requireJar(binder, REDIS_ENABLED, Boolean.class, "dev.hawser.redis.RedisBackplane", "hawser-redis");
        List<TopicPattern> given =
                binder.bind(PATTERNS, Bindable.listOf(TopicPattern.class)).orElse(List.of());
        List<Configured> all = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            TopicPattern each = given.get(i);
            try {
                all.add(new Configured(String.valueOf(each.pattern()), each.options()));
            } catch (IllegalArgumentException e) {
                throw wrong(i, each.pattern(), e);
            }
        }
        return all;
    }

    /** What is wrong with an element. */
    static HawserStartException wrong(int index, @Nullable String pattern, IllegalArgumentException e) {
        return new HawserStartException(
                PATTERNS + "[" + index + "]" + (pattern == null ? "" : " (" + pattern + ")") + " " + e.getMessage()
                        + ".",
                "Give each pattern history-messages and history-age, presence, slow-subscriber or encoders. "
                        + OPTIONS_PAGE,
                e);
    }

    private static void requireJar(Binder binder, String name, Class<?> type, String className, String artifact) {
        Object value = binder.bind(name, Bindable.of(type)).orElse(null);
        boolean wanted = value != null && !value.equals(false);
        if (wanted && !ClassUtils.isPresent(className, TopicProperties.class.getClassLoader())) {
            throw new HawserStartException(
                    name + " is given, but " + className + " is not on the class path.",
                    "Add dev.hawser:" + artifact + ", or remove the property.",
                    null);
        }
    }
}
