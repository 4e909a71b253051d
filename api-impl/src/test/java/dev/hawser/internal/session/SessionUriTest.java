package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A URI that is parsed late is the one that would have been parsed at once, or is refused at once. */
class SessionUriTest {
    private static final String OFTEN = "abz09AZ-._~:/?=&";
    private static final String SELDOM = "%25@[]|\"<>\\^`{}#+,;!$'()* \u00e9\u0001";

    @Test
    void whatDoesNotMakeAUriIsRefusedAtOnceAndAllElseIsEqual() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            String strange = i % 4 == 0 ? OFTEN + SELDOM : OFTEN;
            String authority = text(random, 8, strange);
            String rest = random.nextInt(8) == 0 ? text(random, 12, strange) : "/" + text(random, 12, strange);
            URI expected;
            try {
                expected = new URI("ws://" + authority + rest);
            } catch (URISyntaxException e) {
                assertThrows(URISyntaxException.class, () -> SessionUri.of("ws://", authority, rest));
                continue;
            }
            SessionUri made = SessionUri.of("ws://", authority, rest);
            assertEquals(expected, made.uri());
            assertEquals(expected.toString(), made.uri().toString());
        }
    }

    private static String text(Random random, int most, String of) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most); left > 0; left--) {
            text.append(of.charAt(random.nextInt(of.length())));
        }
        return text.toString();
    }

    @Test
    void itIsParsedOnce() throws Exception {
        SessionUri made = SessionUri.of("wss://", "example.com:8443", "/chat/room?token=abc");
        assertSame(made.uri(), made.uri());
        assertEquals("/chat/room", made.uri().getPath());
        assertEquals("example.com", made.uri().getHost());
    }

    @Test
    void theSameTextIsOneUriWhetherItWasParsedOrNot() throws Exception {
        SessionUri first = SessionUri.of("ws://", "example.com", "/chat");
        SessionUri second = SessionUri.of("ws://", "example.com", "/chat");
        assertSame(first, second.orSame(first));
        first.uri();
        assertSame(first, second.orSame(first));
        SessionUri other = SessionUri.of("wss://", "example.com", "/chat");
        assertSame(other, other.orSame(first));
        assertSame(other, other.orSame(null));
    }
}
