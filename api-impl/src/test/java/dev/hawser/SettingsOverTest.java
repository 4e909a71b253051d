package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One source of settings over another. */
class SettingsOverTest {
    private static final Settings BELOW = Settings.builder()
            .set(Setting.IDLE_TIMEOUT, Duration.ofSeconds(7))
            .set(Setting.MAX_TEXT_MESSAGE_SIZE, 700)
            .build();

    @Test
    void whatIsSetWinsAndTheRestIsThatOfTheOther() {
        Settings merged = Settings.builder()
                .set(Setting.MAX_TEXT_MESSAGE_SIZE, 800)
                .set(Setting.MAX_BINARY_MESSAGE_SIZE, 900)
                .build()
                .over(BELOW);
        assertEquals(Duration.ofSeconds(7), merged.get(Setting.IDLE_TIMEOUT));
        assertEquals(800, merged.get(Setting.MAX_TEXT_MESSAGE_SIZE));
        assertEquals(900, merged.get(Setting.MAX_BINARY_MESSAGE_SIZE));
        assertEquals(700, BELOW.get(Setting.MAX_TEXT_MESSAGE_SIZE));
    }

    @Test
    void settingsAreEqualIfTheSameIsSetToTheSameValues() {
        Settings again = Settings.builder()
                .parse(Setting.MAX_TEXT_MESSAGE_SIZE, "700")
                .parse(Setting.IDLE_TIMEOUT, "7000ms")
                .build();
        assertEquals(BELOW, again);
        assertEquals(BELOW.hashCode(), again.hashCode());
        assertEquals(BELOW, Settings.builder().build().over(BELOW));
        assertNotEquals(BELOW, Settings.builder().build());
        assertNotEquals(
                BELOW, again.toBuilder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 701).build());
        Settings aDefault = Settings.builder()
                .set(Setting.OUTBOUND_BYTES, Settings.defaults().get(Setting.OUTBOUND_BYTES))
                .build();
        assertNotEquals(Settings.defaults(), aDefault, "over others it changes something");
    }
}
