package dev.hawser.internal.protocol.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {
    private static final AllowedOrigins SAME = AllowedOrigins.parse("same-origin");

    @ParameterizedTest
    @CsvSource({
        // origin, Host, secure, allowed
        "http://example.org, example.org, false, true",
        "https://example.org, example.org, true, true",
        "https://example.org, example.org, false, true", // TLS ended at a proxy
        "http://example.org, example.org, true, false", // a page that anyone on the way can have written
        "http://example.org:80, example.org, false, true",
        "http://example.org, example.org:80, false, true",
        "https://example.org:443, example.org, true, true",
        "https://example.org, example.org:443, true, true",
        "http://localhost:8080, localhost:8080, false, true",
        "http://localhost:8080, localhost:8081, false, false",
        "http://localhost, localhost:8080, false, false",
        "http://localhost:8080, localhost, false, false",
        "https://example.org, example.org:8443, true, false",
        "http://EXAMPLE.org, example.ORG, false, true",
        "HTTP://example.org, example.org, false, true",
        "http://example.org., example.org, false, true",
        "http://example.org, example.org., false, true",
        "http://[::1]:8080, [::1]:8080, false, true",
        "http://[::1], [::1], false, true",
        "http://[2001:DB8::1], [2001:db8::1], false, true",
        "http://[::1]:8080, [::2]:8080, false, false",
        "http://127.0.0.1:8080, localhost:8080, false, false",
        "http://evil.example, example.org, false, false",
        "http://sub.example.org, example.org, false, false",
        "http://example.org, sub.example.org, false, false",
        "http://example.org.evil.example, example.org, false, false",
        "http://example.orgevil, example.org, false, false",
        "http://evil@example.org, example.org, false, false",
        "http://example.org@evil.example, example.org, false, false",
        "http://example.org:80@evil.example, example.org, false, false",
        "http://example.org/, example.org, false, false",
        "http://example.org/path, example.org, false, false",
        "http://example.org?x, example.org, false, false",
        "http://example.org#x, example.org, false, false",
        "http://example.org\\x, example.org, false, false",
        "http://example.org http://evil.example, example.org, false, false",
        "null, example.org, false, false",
        "null, null, false, false",
        "'', example.org, false, false",
        "example.org, example.org, false, false",
        "//example.org, example.org, false, false",
        "://example.org, example.org, false, false",
        "http://, '', false, false",
        "http://:80, :80, false, false",
        "http://example.org:, example.org, false, false",
        "http://example.org:x, example.org:x, false, false",
        "http://example.org:65536, example.org:65536, false, false",
        "http://example.org:65535, example.org:65535, false, true",
        "http://example.org:+80, example.org, false, false",
        "http://example.org:0000080, example.org, false, false",
        "http://[::1, [::1, false, false",
        "http://[::1]x, [::1]x, false, false",
        "http://xn--bcher-kva.example, xn--bcher-kva.example, false, true",
        "http://b\u00fccher.example, b\u00fccher.example, false, false", // browsers send the ASCII form
        "chrome-extension://abcdef, abcdef, false, false",
        "file://, example.org, false, false",
        "ws://example.org, example.org, false, false",
    })
    void sameOriginComparesHostAndPort(String origin, String host, boolean secure, boolean allowed) {
        assertEquals(allowed, SAME.allow(List.of(origin), host, secure));
    }

    @Test
    void requestsWithoutOriginComeFromNoBrowser() {
        assertTrue(SAME.allow(List.of(), "example.org", false));
        assertTrue(AllowedOrigins.parse("https://a.example").allow(List.of(), "example.org", false));
    }

    @Test
    void twoOriginsAreRefusedEvenIfEachIsAllowed() {
        assertEquals(false, SAME.allow(List.of("http://a", "http://a"), "a", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "http://evil.example", "file://", "no origin at all"})
    void aStarAllowsEverything(String origin) {
        assertTrue(AllowedOrigins.parse(" * ").allow(List.of(origin), "example.org", false));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, true",
        "https://A.example:443, true",
        "http://b.example:8080, true",
        "chrome-extension://abcdef, true",
        "http://a.example, false",
        "https://a.example:8443, false",
        "http://b.example, false",
        "https://sub.a.example, false",
        "https://here.example, false",
        "null, false",
    })
    void aListAllowsWhatItNames(String origin, boolean allowed) {
        AllowedOrigins listed =
                AllowedOrigins.parse("https://a.example, http://b.example:8080,chrome-extension://abcdef");

        assertEquals(allowed, listed.allow(List.of(origin), "here.example", true));
    }

    @Test
    void aListMayHaveSameOriginInIt() {
        AllowedOrigins listed = AllowedOrigins.parse("same-origin,https://a.example");

        assertTrue(listed.allow(List.of("https://a.example"), "here.example", true));
        assertTrue(listed.allow(List.of("https://here.example"), "here.example", true));
        assertEquals(false, listed.allow(List.of("https://b.example"), "here.example", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.example",
                "https://a.example/",
                "same-origin,",
                "*,https://a.example",
                "null",
                "https://*.a.example/x"
            })
    void aSettingThatIsNoOriginIsRefusedWithIt(String setting) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> AllowedOrigins.parse(setting));
        assertTrue(e.getMessage().startsWith("dev.hawser.allowedOrigins has the element \""), e.getMessage());
    }
}
