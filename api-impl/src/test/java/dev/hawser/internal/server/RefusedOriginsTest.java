package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RefusedOriginsTest {
    private final List<String> warnings = new ArrayList<>();

    private final RefusedOrigins refused = new RefusedOrigins(new System.Logger() {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            log(level, message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            log(level, format);
        }

        @Override
        public void log(Level level, String message) {
            if (level.compareTo(Level.WARNING) >= 0) {
                warnings.add(message);
            }
        }

        @Override
        public void log(Level level, Supplier<String> message) {
            log(level, message.get());
        }
    });

    @Test
    void onePairIsToldOnceWithBothValues() {
        for (int i = 0; i < 100; i++) {
            refused.refused(List.of("https://a.example"), "b.example:8080", "/chat", "same-origin");
        }
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0).contains("Origin \"https://a.example\" and Host \"b.example:8080\""), warnings.get(0));
        assertTrue(warnings.get(0).contains("dev.hawser.allowedOrigins is \"same-origin\""), warnings.get(0));
    }

    @Test
    void strangersCannotFillTheLog() {
        for (int i = 0; i < 10_000; i++) {
            refused.refused(List.of("https://" + i + ".example"), "b.example", "/chat", "same-origin");
        }
        assertEquals(32, warnings.size());
    }

    @Test
    void strangersCannotWriteLinesOfTheirOwn() {
        refused.refused(List.of("a\nERROR: all is lost\u001b[31m" + "x".repeat(10_000)), "b\r", "/chat", "*");

        assertFalse(warnings.get(0).chars().anyMatch(c -> c < ' '));
        assertTrue(warnings.get(0).length() < 500);
    }
}
