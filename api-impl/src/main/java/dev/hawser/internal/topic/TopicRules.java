package dev.hawser.internal.topic;

import dev.hawser.topic.TopicOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** The options of topics, by patterns of names. Thread-safe. */
final class TopicRules {
    private record Rule(Pattern names, TopicOptions options) {}

    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    /** Adds a rule, which wins over all earlier ones. */
    void add(String pattern, TopicOptions options) {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("a pattern of topics has at least one character");
        }
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (int star = pattern.indexOf('*'); star >= 0; star = pattern.indexOf('*', from)) {
            regex.append(Pattern.quote(pattern.substring(from, star)));
            boolean any = pattern.startsWith("**", star);
            regex.append(any ? ".*" : "[^/]*");
            from = star + (any ? 2 : 1);
        }
        regex.append(Pattern.quote(pattern.substring(from)));
        rules.add(0, new Rule(Pattern.compile(regex.toString(), Pattern.DOTALL), options)); // names may contain U+2028
    }

    TopicOptions of(String topic) {
        for (Rule rule : rules) {
            if (rule.names.matcher(topic).matches()) {
                return rule.options;
            }
        }
        return TopicOptions.live();
    }
}
