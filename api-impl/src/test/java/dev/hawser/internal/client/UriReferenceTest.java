package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 3986 sections 5.4.1 and 5.4.2, without the fragments of the results, and what they leave out. */
class UriReferenceTest {
    private static final String BASE = "http://a/b/c/d;p?q";

    @ParameterizedTest
    @CsvSource({
        "g:h, g:h",
        "g, http://a/b/c/g",
        "./g, http://a/b/c/g",
        "g/, http://a/b/c/g/",
        "/g, http://a/g",
        "//g, http://g",
        "?y, http://a/b/c/d;p?y",
        "g?y, http://a/b/c/g?y",
        "#s, http://a/b/c/d;p?q",
        "g#s, http://a/b/c/g",
        "g?y#s, http://a/b/c/g?y",
        ";x, http://a/b/c/;x",
        "g;x, http://a/b/c/g;x",
        "g;x?y#s, http://a/b/c/g;x?y",
        "'', http://a/b/c/d;p?q",
        "., http://a/b/c/",
        "./, http://a/b/c/",
        ".., http://a/b/",
        "../, http://a/b/",
        "../g, http://a/b/g",
        "../.., http://a/",
        "../../, http://a/",
        "../../g, http://a/g"
    })
    void normalExamples(String reference, String result) {
        assertEquals(result, resolved(BASE, reference));
    }

    @ParameterizedTest
    @CsvSource({
        "../../../g, http://a/g",
        "../../../../g, http://a/g",
        "/./g, http://a/g",
        "/../g, http://a/g",
        "g., http://a/b/c/g.",
        ".g, http://a/b/c/.g",
        "g.., http://a/b/c/g..",
        "..g, http://a/b/c/..g",
        "./../g, http://a/b/g",
        "./g/., http://a/b/c/g/",
        "g/./h, http://a/b/c/g/h",
        "g/../h, http://a/b/c/h",
        "g;x=1/./y, http://a/b/c/g;x=1/y",
        "g;x=1/../y, http://a/b/c/y",
        "g?y/./x, http://a/b/c/g?y/./x",
        "g?y/../x, http://a/b/c/g?y/../x",
        "g#s/../x, http://a/b/c/g",
        "http:g, http:g"
    })
    void abnormalExamples(String reference, String result) {
        assertEquals(result, resolved(BASE, reference));
    }

    /** What is there and empty stays. */
    @ParameterizedTest
    @CsvSource({
        "ws://a, g, ws://a/g",
        "ws://a?q, ?, ws://a?",
        "ws://a/b?, '', ws://a/b?",
        "ws://[::1%25lo]:80/b/c, ../d, ws://[::1%25lo]:80/d"
    })
    void otherBases(String base, String reference, String result) {
        assertEquals(result, resolved(base, reference));
    }

    private static String resolved(String base, String reference) {
        return UriReference.of(reference).resolvedAgainst(UriReference.of(base)).toString();
    }
}
