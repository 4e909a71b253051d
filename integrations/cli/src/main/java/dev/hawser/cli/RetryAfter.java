package dev.hawser.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The header {@code Retry-After} (RFC 9110 10.2.3): seconds, or a date. */
final class RetryAfter {
    private RetryAfter() {}

    /** The wait that the server asks for; empty if the header is missing or cannot be parsed. */
    static Optional<Duration> in(Map<String, List<String>> headers, Clock clock) {
        List<String> lines = headers.getOrDefault("Retry-After", List.of());
        return lines.isEmpty() ? Optional.empty() : parse(lines.get(0).strip(), clock);
    }

    private static Optional<Duration> parse(String value, Clock clock) {
        try {
            if (value.matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
            }
            Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
            Duration left = Duration.between(clock.instant(), date);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
