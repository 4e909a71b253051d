package dev.hawser.spring;

import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicOptions;
import jakarta.websocket.Encoder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * One element of the property {@code hawser.topics.patterns}: a pattern of topics, and their options. What is null was
 * not given.
 *
 * @param historyMessages see {@link TopicOptions#history}
 * @param historyAge the same, in the units of Spring ({@code 10m}) or of Hawser ({@code 10min})
 * @param localWhileAway see {@link TopicOptions#localWhileAway}
 * @param presence see {@link TopicOptions#presence(int)}
 * @param slowSubscriber see {@link TopicOptions#slow(SlowSubscriber)}
 * @param encoders see {@link TopicOptions#encoders(Class...)}
 */
record TopicPattern(
        @Nullable String pattern,
        @Nullable Integer historyMessages,
        @Nullable String historyAge,
        @Nullable Boolean localWhileAway,
        @Nullable Integer presence,
        @Nullable SlowSubscriber slowSubscriber,
        @Nullable List<Class<? extends Encoder>> encoders) {

    /** @throws IllegalArgumentException with what is wrong, as the rest of a sentence that names this element */
    TopicOptions options() {
        if (pattern == null || pattern.isEmpty()) {
            throw new IllegalArgumentException("has no pattern");
        }
        TopicOptions options = TopicOptions.live();
        boolean given = false;
        if (historyMessages != null || historyAge != null) {
            if (historyMessages == null || historyAge == null) {
                throw new IllegalArgumentException("needs both history-messages and history-age");
            }
            options = history(options, historyMessages, historyAge);
            given = true;
        }
        if (localWhileAway != null) {
            if (historyMessages == null) {
                throw new IllegalArgumentException("has local-while-away, but no history");
            }
            options = localWhileAway ? options.localWhileAway() : options;
        }
        if (presence != null) {
            if (presence < 1) {
                throw new IllegalArgumentException("has presence=" + presence + ", but at least 1 member is named");
            }
            options = options.presence(presence);
            given = true;
        }
        if (slowSubscriber != null) {
            options = options.slow(slowSubscriber);
            given = true;
        }
        if (encoders != null && !encoders.isEmpty()) {
            options = encoded(options, encoders);
            given = true;
        }
        if (!given) {
            throw new IllegalArgumentException("has no options");
        }
        return options;
    }

    private static TopicOptions history(TopicOptions options, int messages, String age) {
        if (messages < 1) {
            throw new IllegalArgumentException(
                    "has history-messages=" + messages + ", but a history has at least 1 message");
        }
        Duration parsed;
        try {
            parsed = DurationStyle.detectAndParse(age.strip().replaceFirst("(?<=\\d)min$", "m"));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("has history-age=" + age + ", expected a duration such as 10m", e);
        }
        if (parsed.isNegative() || parsed.isZero()) {
            throw new IllegalArgumentException("has history-age=" + age + ", but a history lasts longer than 0");
        }
        return options.history(messages, parsed);
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private static TopicOptions encoded(TopicOptions options, List<Class<? extends Encoder>> classes) {
        return options.encoders(classes.toArray(Class[]::new));
    }
}
