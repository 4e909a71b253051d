package dev.hawser.extension;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code Sec-WebSocket-Extensions}, parsed (RFC 6455 9.1): an offer in a request, or an agreed extension
 * in a response.
 *
 * <pre>{@code
 * new ExtensionOffer("permessage-deflate", List.of()).toString() // permessage-deflate
 * }</pre>
 *
 * @param name the extension's registered name
 * @param parameters in the order of the header, duplicates included
 * @since 0.1.0
 */
public record ExtensionOffer(String name, List<Parameter> parameters) {
    /** A parameter; its value is null if it has none, and is without the quotes of a quoted string. */
    public record Parameter(String name, @Nullable String value) {
        @Override
        public String toString() {
            return value == null ? name : name + "=" + value;
        }
    }

    public ExtensionOffer {
        parameters = List.copyOf(parameters);
    }

    /** The element as it stands in the header. */
    @Override
    public String toString() {
        return name + parameters.stream().map(p -> "; " + p).collect(Collectors.joining());
    }
}
