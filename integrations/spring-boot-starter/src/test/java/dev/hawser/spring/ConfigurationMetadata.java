package dev.hawser.spring;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Writes what editors complete for {@code hawser.*}, from {@link Setting}, the table of docs/settings.md, and the one
 * of docs/spring.md with the properties of topics: the build runs it, so that no setting can be forgotten.
 */
final class ConfigurationMetadata {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([\\w.-]+)` \\| (?:`([^`]*)`)? ?\\| (.*) \\|$", Pattern.MULTILINE);

    /** A link in parentheses says only where to read more. */
    private static final Pattern MORE = Pattern.compile(" \\(\\[[^]]*]\\([^)]*\\)\\)");

    private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

    /** The properties of topics with their types. Editors know from its type what an element of the patterns has. */
    static final Map<String, String> TOPICS = new TreeMap<>(Map.of(
            TopicProperties.PATTERNS,
            "java.util.List<" + TopicPattern.class.getName() + ">",
            TopicProperties.REDIS_ENABLED,
            "java.lang.Boolean",
            TopicProperties.REDIS_PREFIX,
            "java.lang.String",
            TopicProperties.NATS_URL,
            "java.lang.String",
            TopicProperties.NATS_PREFIX,
            "java.lang.String"));

    private ConfigurationMetadata() {}

    /** The arguments are docs/settings.md, docs/spring.md and the file to write. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[2]);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(
                file, metadata(Files.readString(Path.of(arguments[0])), Files.readString(Path.of(arguments[1]))));
    }

    private static Map<String, MatchResult> rows(String table) {
        Map<String, MatchResult> rows = new HashMap<>();
        ROW.matcher(table).results().forEach(row -> rows.put(row.group(1), row));
        return rows;
    }

    private static String metadata(String settingsPage, String springPage) {
        Map<String, MatchResult> rows = rows(settingsPage);
        Map<String, MatchResult> ofTopics = rows(springPage);
        List<String> properties = new ArrayList<>();
        properties.add(property(
                HawserProperties.ENABLED,
                "java.lang.Boolean",
                "true",
                "Whether Hawser serves the web sockets of this application."));
        for (Setting<?> setting : Setting.all()) {
            MatchResult its = Objects.requireNonNull(rows.get(setting.name()), setting.key());
            properties.add(property(
                    HawserProperties.nameOf(setting), typeOf(setting), its.group(2), withoutLinks(its.group(3))));
        }
        for (String name : MetricsProperties.NAMES) {
            MatchResult its = Objects.requireNonNull(ofTopics.get(name), name);
            properties.add(property(name, "java.lang.Boolean", its.group(2), withoutLinks(its.group(3))));
        }
        TOPICS.forEach((name, type) -> {
            MatchResult its = Objects.requireNonNull(ofTopics.get(name), name);
            properties.add(property(name, type, Objects.requireNonNullElse(its.group(2), ""), its.group(3)));
        });
        return "{\n  \"groups\": [],\n  \"properties\": [\n" + String.join(",\n", properties)
                + "\n  ],\n  \"hints\": [\n"
                + hint(Setting.DISPATCH, "worker", "event-loop", "virtual-threads") + ",\n"
                + hint(Setting.ON_CONFLICT, "replace", "yield", "fail") + ",\n"
                + hint(Setting.TRANSPORT, "auto", "portable") + ",\n"
                + hint(Setting.ALLOWED_ORIGINS, "same-origin", "*") + "\n  ]\n}\n";
    }

    /** Editors show no links: those in the text become their words. */
    private static String withoutLinks(String text) {
        return LINK.matcher(MORE.matcher(text).replaceAll("")).replaceAll("$1");
    }

    private static String property(String name, String type, String defaultValue, String description) {
        return "    {\n      \"name\": \"" + name + "\",\n      \"type\": \"" + type + "\",\n      \"description\": \""
                + description.replace("`", "").replace("\\", "\\\\").replace("\"", "\\\"")
                + '"' + (defaultValue.isEmpty() ? "" : ",\n      \"defaultValue\": " + literal(type, defaultValue))
                + "\n    }";
    }

    private static String literal(String type, String value) {
        return type.endsWith("Boolean") || type.endsWith("Integer") && value.matches("-?\\d+")
                ? value
                : '"' + value + '"';
    }

    /** Sizes and durations are text: they take Hawser's units and Spring's. */
    private static String typeOf(Setting<?> setting) {
        Object value = setting.defaultValue();
        if (value instanceof Duration || value instanceof Dispatch || HawserProperties.takes(setting, "1KiB")) {
            return "java.lang.String";
        }
        return value.getClass().getName();
    }

    private static String hint(Setting<?> setting, String... values) {
        List<String> all = new ArrayList<>();
        for (String value : values) {
            all.add("        { \"value\": \"" + value + "\" }");
        }
        return "    {\n      \"name\": \"" + HawserProperties.nameOf(setting) + "\",\n      \"values\": [\n"
                + String.join(",\n", all) + "\n      ]\n    }";
    }
}
