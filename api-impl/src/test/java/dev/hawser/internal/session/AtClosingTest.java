package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AtClosingTest {
    @Test
    void whoAnErrorHasKeptFromLeavingIsToldAgainAndNobodyTwice() {
        AtClosing closing = new AtClosing();
        AtomicInteger told = new AtomicInteger();
        closing.add(() -> {
            if (told.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
        });
        assertThrows(StackOverflowError.class, closing::closing);
        closing.closing();
        assertEquals(2, told.get());
        closing.closing();
        assertEquals(2, told.get());
        assertNull(closing.add(() -> {}), "it is closed");
    }
}
