package dev.hawser.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request: those of its query, and the variables of the endpoint's path. */
final class RequestParameters {
    private RequestParameters() {}

    /**
     * The parameters by name, in the order of the query, a repeated one with all its values. A path variable replaces a query parameter of
     * its name, so that a client cannot add values to what the path says.
     *
     * @return unmodifiable, and so are its lists
     */
    static Map<String, List<String>> of(@Nullable String query, Map<String, String> pathParameters) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query != null) {
            for (int start = 0; start < query.length(); ) {
                int ampersand = query.indexOf('&', start);
                int end = ampersand < 0 ? query.length() : ampersand;
                add(parameters, query, start, end);
                start = end + 1;
            }
        }
        parameters.replaceAll((name, values) -> Collections.unmodifiableList(values));
        pathParameters.forEach((name, value) -> parameters.put(name, List.of(value)));
        return Collections.unmodifiableMap(parameters);
    }

    private static void add(Map<String, List<String>> parameters, String query, int start, int end) {
        if (start == end) {
            return;
        }
        int equals = query.indexOf('=', start);
        boolean named = equals >= 0 && equals < end;
        String name = decode(query.substring(start, named ? equals : end));
        String value = named ? decode(query.substring(equals + 1, end)) : "";
        parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
    }

    /** A part that is not well encoded is shown as it is. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
