package dev.hawser.spring;

import org.jspecify.annotations.Nullable;

/** The name of an endpoint that is a handler of Spring. */
final class MappingName {
    private MappingName() {}

    /**
     * The pattern as the path of an endpoint, such as {@code /rooms/{name}}.
     *
     * @param pattern the best matching one, as Spring has put it into the request; null if no mapping chose the handler
     */
    static String of(@Nullable Object pattern) {
        String text = pattern == null ? "" : pattern.toString();
        return text.startsWith("/") ? text : "/" + text;
    }
}
