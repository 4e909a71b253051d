package dev.hawser.test;

import dev.hawser.internal.protocol.handshake.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The head of a client's request, as a server reads it. Immutable.
 *
 * @param target path and query, percent-encoded
 * @param headers the lines of each field; names are case-insensitive
 */
record ReceivedRequest(String method, String target, String httpVersion, Map<String, List<String>> headers)
        implements RequestHead {
    private static final String END = "\r\n\r\n";

    /** Reads the head; null if its end has not come. */
    static @Nullable ReceivedRequest of(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END);
        if (end < 0) {
            return null;
        }
        String[] lines = text.substring(0, end).split("\r\n");
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3) {
            throw new IllegalArgumentException("The request line is " + Quoted.text(lines[0]));
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("A header line of the request has no name");
            }
            headers.computeIfAbsent(lines[i].substring(0, colon), name -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        headers.replaceAll((name, values) -> List.copyOf(values));
        return new ReceivedRequest(first[0], first[1], first[2], Collections.unmodifiableMap(headers));
    }

    /** Without the query. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Without the question mark; null if there is none. */
    @Nullable String query() {
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    @Override
    public @Nullable String tunnelProtocol() {
        return null;
    }

    @Override
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }
}
