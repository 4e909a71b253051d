package dev.hawser.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Of very many errors of a kind some are logged, with the number of the others. */
class RepeatedErrorsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RepeatedErrors errors = new RepeatedErrors(now::get);

    @Test
    void theFirstOfAKindAreLoggedAndThenOneInTenSecondsWithTheNumberOfTheOthers() {
        for (int i = 0; i < 9; i++) {
            assertEquals("", note("callback", new IllegalStateException()));
        }
        assertFalse(note("callback", new IllegalStateException()).isEmpty());
        for (int i = 0; i < 500; i++) {
            assertNull(note("callback", new IllegalStateException()));
        }
        pass(Duration.ofSeconds(10));
        String tenSecondsLater = note("callback", new IllegalStateException());
        assertTrue(tenSecondsLater.contains("500 more"), tenSecondsLater);
        assertNull(note("callback", new IllegalStateException()));
        pass(Duration.ofMinutes(1));
        String later = note("callback", new IllegalStateException());
        assertTrue(later.contains("1 more"), later);
        assertEquals("", note("callback", new IllegalStateException()), "it begins anew");
    }

    @Test
    void anotherKindIsCountedForItself() {
        for (int i = 0; i < 20; i++) {
            note("callback", new IllegalStateException());
        }
        assertEquals("", note("callback", new IllegalArgumentException()));
        assertEquals("", note("SendHandler", new IllegalStateException()));
        assertEquals("", errors.note("another endpoint callback " + IllegalStateException.class));
        assertNull(note("callback", new IllegalStateException()));
    }

    @Test
    void veryManyKindsAreForgottenTheOldestFirst() {
        for (int i = 0; i < 20; i++) {
            note("callback", new IllegalStateException());
        }
        for (int i = 0; i < RepeatedErrors.KINDS; i++) {
            note("callback " + i, new IllegalStateException());
        }
        assertNotNull(note("callback", new IllegalStateException()), "forgotten");
    }

    private String note(String what, Throwable error) {
        return errors.note(what + " " + error.getClass());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
