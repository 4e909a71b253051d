package dev.hawser;

import dev.hawser.fuzz.FuzzInput;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any text for any setting, against the words of docs/settings.md as a regular expression: it has the same value, or is
 * refused with a message that names the setting. What is accepted as text is accepted as a value, too.
 */
public final class SettingFuzz {
    private static final Pattern NUMBER = Pattern.compile("([0-9]+)\\p{javaWhitespace}*(KiB|MiB|ms|s|min|)");
    private static final Map<String, Long> BYTES = Map.of("", 1L, "KiB", 1024L, "MiB", 1024L * 1024);
    private static final Map<String, Long> MILLIS = Map.of("", 1L, "ms", 1L, "s", 1000L, "min", 60_000L);
    private static final BigInteger LONGEST =
            BigInteger.valueOf(Duration.ofDays(20_000).toMillis());

    private SettingFuzz() {}

    public static void fuzzerTestOneInput(byte[] octets) {
        FuzzInput input = new FuzzInput(octets);
        Setting<?> setting = Setting.all().get(input.below(Setting.all().size()));
        test(setting, new String(input.rest(), StandardCharsets.UTF_8));
    }

    private static <T> void test(Setting<T> setting, String text) {
        T value = parsed(setting, text);
        boolean number = setting.defaultValue() instanceof Number || setting.defaultValue() instanceof Duration;
        if (number) {
            BigInteger expected = number(setting, text.strip());
            require(
                    expected == null ? value == null : value != null && expected.equals(asNumber(value)),
                    setting + "=" + text + " gives " + value + " instead of " + expected);
        } else if (setting.defaultValue() instanceof Boolean) {
            Boolean expected =
                    text.strip().equals("true") ? Boolean.TRUE : text.strip().equals("false") ? false : null;
            require(
                    expected == null ? value == null : expected.equals(value),
                    setting + "=" + text + " gives " + value);
        }
        if (value != null) {
            Settings settings = Settings.builder().set(setting, value).build();
            require(
                    settings.get(setting).equals(value) && settings.isSet(setting),
                    "a value that was parsed can be set");
            Settings read = Settings.read(key -> key.equals(setting.key()) ? text : null, Settings.defaults());
            require(read.get(setting).equals(value), "a property is read as its text");
        }
    }

    private static <T> @Nullable T parsed(Setting<T> setting, String text) {
        try {
            return setting.parse(text);
        } catch (IllegalArgumentException e) {
            require(e.getMessage().contains(setting.key()), "the message names the setting: " + e.getMessage());
            return null;
        }
    }

    private static BigInteger asNumber(Object value) {
        return value instanceof Duration time ? BigInteger.valueOf(time.toMillis()) : new BigInteger(value.toString());
    }

    /** Null if it is to be refused. */
    private static @Nullable BigInteger number(Setting<?> setting, String text) {
        if (setting == Setting.COMPRESSION_LEVEL) {
            return text.matches("-?[0-9]{1,9}") && text.matches("-0*1|0*[1-9]") ? new BigInteger(text) : null;
        }
        if (setting == Setting.COMPRESSION_PEER_WINDOW_BITS) {
            return text.matches("[0-9]{1,9}") && text.matches("0*(?:[89]|1[0-5])") ? new BigInteger(text) : null;
        }
        if (setting == Setting.MEMORY_BUDGET && text.endsWith("%")) {
            return percentage(text);
        }
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        boolean time = setting.defaultValue() instanceof Duration;
        boolean unit = time || parsed(setting, "1KiB") != null || setting.defaultValue() instanceof Long;
        Long factor = (time ? MILLIS : unit ? BYTES : Map.of("", 1L)).get(matcher.group(2));
        if (factor == null) {
            return null;
        }
        BigInteger value = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
        long most = setting == Setting.UNSAFE_LOG_PAYLOADS
                ? 4096
                : setting.defaultValue() instanceof Integer ? Integer.MAX_VALUE : Long.MAX_VALUE;
        boolean fits = value.compareTo(time ? LONGEST : BigInteger.valueOf(most)) <= 0;
        boolean zero = value.signum() > 0 || parsed(setting, "0") != null;
        return fits && zero ? value : null;
    }

    private static @Nullable BigInteger percentage(String text) {
        long hundredth = Runtime.getRuntime().maxMemory() / 100;
        return text.matches("0*(?:[0-9]{1,2}|100)\\p{javaWhitespace}*%")
                ? BigInteger.valueOf(hundredth
                        * Long.parseLong(text.substring(0, text.length() - 1).strip()))
                : null;
    }

    private static void require(boolean holds, @Nullable String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
