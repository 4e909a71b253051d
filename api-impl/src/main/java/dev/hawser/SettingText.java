package dev.hawser;

import java.time.Duration;
import java.util.List;

/**
 * The text forms of the settings' values, and their ranges. Each method throws an IllegalArgumentException that says
 * what is expected.
 */
final class SettingText {
    /** The longest duration of a setting, 20,000 days: the sum of a few still fits into 64 bits as nanoseconds. */
    static final Duration LONGEST = Duration.ofDays(20_000);

    private SettingText() {}

    static void checkTime(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected 0 to " + LONGEST.toDays() + " days");
        }
    }

    static void checkPositive(Number value) {
        if (value.longValue() <= 0) {
            throw new IllegalArgumentException("expected more than 0; no limit can be switched off");
        }
    }

    static void checkNotNegative(Number value) {
        if (value.longValue() < 0) {
            throw new IllegalArgumentException("expected 0 or more");
        }
    }

    static void checkLogged(int bytes) {
        if (bytes < 0 || bytes > 4096) {
            throw new IllegalArgumentException("expected 0 to 4096 bytes of each frame");
        }
    }

    static Duration time(String text) {
        if (text.endsWith("ms")) {
            return Duration.ofMillis(notNegative(text, text.substring(0, text.length() - 2)));
        }
        if (text.endsWith("min")) {
            return Duration.ofMinutes(notNegative(text, text.substring(0, text.length() - 3)));
        }
        if (text.endsWith("s")) {
            return Duration.ofSeconds(notNegative(text, text.substring(0, text.length() - 1)));
        }
        return Duration.ofMillis(notNegative(text, text));
    }

    static long bytes(String text) {
        if (text.endsWith("KiB")) {
            return Math.multiplyExact(notNegative(text, text.substring(0, text.length() - 3)), 1024L);
        }
        if (text.endsWith("MiB")) {
            return Math.multiplyExact(notNegative(text, text.substring(0, text.length() - 3)), 1024L * 1024L);
        }
        return notNegative(text, text);
    }

    /** Bytes, or a percentage of the maximum heap. */
    static long ofHeap(String text) {
        if (!text.endsWith("%")) {
            return bytes(text);
        }
        long percent = notNegative(text, text.substring(0, text.length() - 1));
        if (percent > 100) {
            throw new IllegalArgumentException("expected 0% to 100% of the heap");
        }
        return Runtime.getRuntime().maxMemory() / 100 * percent;
    }

    static long notNegative(String text, String digits) {
        String number = digits.strip();
        if (number.isEmpty() || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "expected a whole number of at least 0, with a unit if any, not \"" + text + "\"");
        }
        return Long.parseLong(number);
    }

    static int whole(String text) {
        if (!text.matches("-?[0-9]{1,9}")) {
            throw new IllegalArgumentException("expected a whole number");
        }
        return Integer.parseInt(text);
    }

    static void checkWindowBits(int bits) {
        if (bits < 8 || bits > 15) {
            throw new IllegalArgumentException("expected 8 to 15");
        }
    }

    static void checkLevel(int level) {
        if (level != -1 && (level < 1 || level > 9)) {
            throw new IllegalArgumentException("expected -1, or 1 to 9");
        }
    }

    static void checkTransport(String text) {
        if (!List.of("auto", "portable").contains(text)) {
            throw new IllegalArgumentException("expected auto or portable");
        }
    }

    static void checkConflict(String text) {
        if (!List.of("replace", "yield", "fail").contains(text)) {
            throw new IllegalArgumentException("expected replace, yield or fail");
        }
    }
}
