package dev.hawser.tck.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answer to an opening handshake.
 *
 * @param status the HTTP status code
 * @param headers the values of each header, by its name in lower case
 */
public record HandshakeResponse(int status, Map<String, List<String>> headers) {

    /** All values of a header joined by commas, as RFC 9110 section 5.3 allows; empty if it is absent. */
    public String header(String name) {
        return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
}
