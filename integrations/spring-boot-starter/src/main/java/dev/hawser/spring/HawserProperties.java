package dev.hawser.spring;

import dev.hawser.Setting;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code hawser.*}: one for each {@link Setting}, in the spelling of Spring Boot ({@code
 * maxTextMessageSize} is {@code hawser.max-text-message-size}), {@code hawser.enabled}, and those of {@link
 * TopicProperties} and {@link MetricsProperties}. A value has the text form of the setting, or that of Spring for a
 * size ({@code 64KB}) or a duration ({@code 1m}, {@code PT30S}).
 */
final class HawserProperties {
    static final String ENABLED = "hawser.enabled";

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");
    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("hawser");

    private HawserProperties() {}

    /** The property of a setting. */
    static String nameOf(Setting<?> setting) {
        StringBuilder name = new StringBuilder("hawser.");
        for (char c : setting.name().toCharArray()) {
            if (Character.isUpperCase(c)) {
                name.append('-').append(Character.toLowerCase(c));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }

    /**
     * The settings that the environment gives, in the text form that Hawser reads.
     *
     * @throws HawserStartException if there is an unknown property {@code hawser.*}, or a value is not valid
     */
    static Map<Setting<?>, String> read(Environment environment) {
        requireKnownNames(environment);
        Binder binder = Binder.get(environment);
        Map<Setting<?>, String> values = new LinkedHashMap<>();
        for (Setting<?> setting : Setting.all()) {
            String text =
                    binder.bind(nameOf(setting), Bindable.of(String.class)).orElse(null);
            if (text != null) {
                values.put(setting, converted(setting, text.strip()));
            }
        }
        return values;
    }

    private static String converted(Setting<?> setting, String text) {
        IllegalArgumentException invalid;
        try {
            setting.parse(text);
            return text;
        } catch (IllegalArgumentException e) {
            invalid = e;
        }
        try {
            String springs = fromSpring(setting, text);
            if (springs != null) {
                setting.parse(springs);
                return springs;
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            invalid.addSuppressed(e);
        }
        String message = String.valueOf(invalid.getMessage());
        String rest = message.startsWith(setting.key())
                ? message.substring(setting.key().length())
                : "=" + text + " is not valid: " + message;
        throw new HawserStartException(
                nameOf(setting) + rest, "Correct the value of " + nameOf(setting) + ", or remove it.", invalid);
    }

    /** The value in the units of Hawser, or null if the setting has no units. */
    private static @Nullable String fromSpring(Setting<?> setting, String text) {
        if (takes(setting, "1KiB")) {
            return Long.toString(DataSize.parse(text).toBytes());
        }
        return takes(setting, "1min")
                ? Long.toString(DurationStyle.detectAndParse(text).toMillis())
                : null;
    }

    /** Whether a text is a valid value of the setting. This distinguishes a size and a duration from a count. */
    static boolean takes(Setting<?> setting, String text) {
        if (setting.defaultValue() instanceof String) {
            return false;
        }
        try {
            setting.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Refuses unknown properties, except environment variables: {@code HAWSER_HOME} or {@code HAWSER_PORT} may have
     * another purpose.
     */
    private static void requireKnownNames(Environment environment) {
        Set<String> known = new LinkedHashSet<>();
        known.add(ENABLED);
        Setting.all().forEach(setting -> known.add(nameOf(setting)));
        known.addAll(TopicProperties.NAMES);
        known.addAll(MetricsProperties.NAMES);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                for (ConfigurationPropertyName name : names) {
                    if (PREFIX.isAncestorOf(name) && known.stream().noneMatch(each -> isSame(each, name))) {
                        throw unknown(name, source, known);
                    }
                }
            }
        }
    }

    /**
     * Compares like Spring Boot, for which {@code maxFragments}, {@code max-fragments} and {@code MAX_FRAGMENTS} are
     * the same name. One index is as good as another.
     */
    private static boolean isSame(String known, ConfigurationPropertyName name) {
        ConfigurationPropertyName ours = ConfigurationPropertyName.of(known);
        if (ours.getNumberOfElements() != name.getNumberOfElements()) {
            return false;
        }
        for (int i = 0; i < ours.getNumberOfElements(); i++) {
            boolean same = ours.isNumericIndex(i)
                    ? name.isNumericIndex(i)
                    : ours.getElement(i, Form.UNIFORM).equals(name.getElement(i, Form.UNIFORM));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static HawserStartException unknown(
            ConfigurationPropertyName name, ConfigurationPropertySource source, Set<String> known) {
        var property = source.getConfigurationProperty(name);
        String written = name.toString();
        String origin = property == null || property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
        Matcher indexed = INDEX.matcher(written);
        String index = indexed.find() ? indexed.group() : "[0]";
        String nearest = ENABLED;
        int distance = Integer.MAX_VALUE;
        for (String each : known) {
            int next = distance(each.replace("[0]", index), written.toLowerCase(Locale.ROOT));
            if (next < distance) {
                distance = next;
                nearest = each;
            }
        }
        return new HawserStartException(
                "There is no property " + written + origin + ".",
                "Did you mean " + nearest.replace("[0]", index)
                        + "? docs/settings.md and docs/spring.md have all of them.",
                null);
    }

    /** How many letters must be inserted, removed or replaced to make one text of the other. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
