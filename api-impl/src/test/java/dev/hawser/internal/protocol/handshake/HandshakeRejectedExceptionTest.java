package dev.hawser.internal.protocol.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HandshakeRejectedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeRejectedExceptionTest {
    @Test
    void carriesStatusHeadersAndBody() {
        HandshakeRejectedException e = new HandshakeRejectedException(
                429, "too many from one address", Map.of("Retry-After", List.of("30")), "{\"retryAfter\":30}");

        assertEquals(429, e.status());
        assertEquals("too many from one address", e.getMessage());
        assertEquals(List.of("30"), e.headers().get("retry-after"));
        assertEquals("{\"retryAfter\":30}", e.body());
    }

    @Test
    void theMessageIsTheBodyIfThereIsNoOther() {
        assertEquals("Log in first", new HandshakeRejectedException(401, "Log in first").body());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101, 200, 302, 399, 600, 1008})
    void theStatusIsAnError(int status) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new HandshakeRejectedException(status, ""));
        assertTrue(e.getMessage().contains("" + status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "a\u0000"})
    void aValueMustNotWriteHeadersOfItsOwn(String value) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new HandshakeRejectedException(401, "", Map.of("X", List.of("fine", value)), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "\u00e4"})
    void aNameIsAToken(String name) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new HandshakeRejectedException(401, "", Map.of(name, List.of("x")), ""));
    }

    @Test
    void floodsOfThemCostNoStackTraces() {
        assertEquals(0, new HandshakeRejectedException(403, "").getStackTrace().length);
    }
}
