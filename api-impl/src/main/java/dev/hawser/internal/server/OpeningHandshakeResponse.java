package dev.hawser.internal.server;

import dev.hawser.internal.http.HeaderGrammar;
import jakarta.websocket.HandshakeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The answer to an opening handshake, which modifyHandshake may change. Names are case-insensitive. Not thread-safe.
 */
final class OpeningHandshakeResponse implements HandshakeResponse {
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    @Override
    public Map<String, List<String>> getHeaders() {
        return headers;
    }

    /**
     * Cleans up what the application left: removes null and empty fields, and those that would give a 101 a body.
     *
     * @throws IllegalArgumentException naming a field whose value has a line end
     */
    void tidy() {
        headers.remove("Content-Length");
        headers.remove("Transfer-Encoding");
        headers.entrySet()
                .removeIf(field -> field.getValue() == null || field.getValue().isEmpty());
        headers.replaceAll((name, values) -> {
            List<String> present = new ArrayList<>(values);
            present.removeIf(Objects::isNull);
            return List.copyOf(present);
        });
        HeaderGrammar.checkFields(headers);
    }
}
