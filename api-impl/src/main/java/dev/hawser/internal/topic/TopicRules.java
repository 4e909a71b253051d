package dev.hawser.internal.topic;

import dev.hawser.topic.TopicOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Which options a topic has, by the patterns of names. Thread-safe. */
final class TopicRules {
    private record Rule(Pattern names, TopicOptions options) {}

    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    /** From now on this rule goes before all that were added earlier. */
    void add(String pattern, TopicOptions options) {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("a pattern of topics has at least one character");
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) != '*') {
                regex.append(Pattern.quote(pattern.substring(i, i + 1)));
            } else if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
                regex.append(".*");
                i++;
            } else {
                regex.append("[^/]*");
            }
        }
        rules.add(0, new Rule(Pattern.compile(regex.toString()), options));
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
