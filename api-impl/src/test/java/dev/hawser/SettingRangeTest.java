package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value has one range, however it is given: as text, through the builder, or through the Jakarta API's setters. */
class SettingRangeTest {
    private final Settings.Builder builder = Settings.builder();

    @Test
    void aLimitCannotBeSwitchedOffThroughTheBuilderEither() {
        assertRefused(Setting.SEND_TIMEOUT, Duration.ZERO, "0");
        assertRefused(Setting.MAX_TEXT_MESSAGE_SIZE, 0, "0");
        assertRefused(Setting.MAX_STREAMED_MESSAGE_SIZE, 0L, "0");
        assertRefused(Setting.MAX_WORKERS, -1, "-1");
    }

    @Test
    void aDurationIsNeitherNegativeNorBeyondWhatNanosecondsCanCount() {
        assertRefused(Setting.IDLE_TIMEOUT, Duration.ofMillis(-1), "-1ms");
        assertRefused(Setting.IDLE_TIMEOUT, Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE + "ms");
        assertRefused(Setting.KEEP_ALIVE_INTERVAL, Duration.ofDays(20_001), 20_001 * 24 * 60 + "min");
    }

    @Test
    void numbersAndWordsHaveTheRangeOfTheirText() {
        assertRefused(Setting.COMPRESSION_LEVEL, 0, "0");
        assertRefused(Setting.COMPRESSION_LEVEL, 10, "10");
        assertRefused(Setting.COMPRESSION_PEER_WINDOW_BITS, 7, "7");
        assertRefused(Setting.COMPRESSION_PEER_WINDOW_BITS, 16, "16");
        assertRefused(Setting.ON_CONFLICT, "Replace", "Replace");
        assertRefused(Setting.TRANSPORT, "native", "native");
        assertRefused(Setting.UNSAFE_LOG_PAYLOADS, -1, "-1");
        assertRefused(Setting.UNSAFE_LOG_PAYLOADS, 4097, "4097");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+9", "\u0669", "9 9", "0x9", "99999999999"})
    void aNumberIsWrittenInAsciiDigitsAlone(String text) {
        for (Setting<?> setting :
                new Setting<?>[] {Setting.COMPRESSION_LEVEL, Setting.COMPRESSION_PEER_WINDOW_BITS, Setting.MAX_WORKERS
                }) {
            assertThrows(IllegalArgumentException.class, () -> setting.parse(text), setting::key);
        }
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aValueOfAnotherTypeIsRefusedWhereItIsSet() {
        Setting setting = Setting.MAX_WORKERS;
        String message = assertThrows(IllegalArgumentException.class, () -> builder.set(setting, "64"))
                .getMessage();
        assertTrue(
                message.contains("dev.hawser.maxWorkers=64") && message.contains("expected a value of type Integer"),
                message);
    }

    @Test
    void everyDefaultIsInItsRange() {
        Setting.all().forEach(this::setToDefault);
    }

    private <T> void setToDefault(Setting<T> setting) {
        assertEquals(
                setting.defaultValue(),
                builder.set(setting, setting.defaultValue()).build().get(setting));
    }

    /** The API's setters take any number; a session made with it must be possible. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000, Long.MIN_VALUE})
    void aTimeoutOfTheJakartaApiIsAnyNumberOfMilliseconds(long millis) {
        Duration idle = builder.setMillis(Setting.IDLE_TIMEOUT, millis).build().get(Setting.IDLE_TIMEOUT);
        assertEquals(millis < 0 ? Duration.ZERO : Duration.ofDays(20_000), idle);
        assertTrue(idle.toNanos() >= 0);
    }

    private <T> void assertRefused(Setting<T> setting, T value, String text) {
        assertMessage(setting, value, assertThrows(IllegalArgumentException.class, () -> builder.set(setting, value)));
        assertMessage(setting, text, assertThrows(IllegalArgumentException.class, () -> setting.parse(text)));
    }

    private static void assertMessage(Setting<?> setting, Object value, IllegalArgumentException refused) {
        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.startsWith(setting.key() + "=" + value + " is not valid: expected ")
                        && message.endsWith("; the default is " + setting.defaultValue()),
                message);
    }
}
