package dev.hawser.internal.protocol.handshake;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.internal.http.HeaderGrammar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code Sec-WebSocket-Extensions} (RFC 6455 9.1): an offer in a request, an agreement in a response.
 *
 * @param name the extension's name, a token
 * @param parameters in the order of the header; a name may occur more than once, and the extension decides what that
 *     means
 */
public record ExtensionHeader(String name, List<Parameter> parameters) {
    /** The header field. */
    public static final String FIELD = "Sec-WebSocket-Extensions";

    /**
     * A parameter of an extension.
     *
     * @param name a token
     * @param value a token, or null if the parameter has no value
     */
    public record Parameter(String name, @Nullable String value) {
        /** Refuses what could not be parsed again. An empty value counts as none. */
        public Parameter {
            value = value == null || value.isEmpty() ? null : value;
            if (!HeaderGrammar.isToken(name) || (value != null && !HeaderGrammar.isToken(value))) {
                throw new IllegalArgumentException(
                        "The name and value of an extension parameter must be tokens (RFC 6455 9.1)");
            }
        }
    }

    /** Refuses a name that could not be parsed again. */
    public ExtensionHeader {
        if (!HeaderGrammar.isToken(name)) {
            throw new IllegalArgumentException("The name of an extension must be a token (RFC 6455 9.1)");
        }
        parameters = List.copyOf(parameters);
    }

    /** The element as the extensions themselves see it. */
    public ExtensionOffer toOffer() {
        return new ExtensionOffer(
                name,
                parameters.stream()
                        .map(p -> new ExtensionOffer.Parameter(p.name(), p.value()))
                        .toList());
    }

    /**
     * The header element for what an extension offers or answers.
     *
     * @throws IllegalArgumentException if a name or value is no token
     */
    public static ExtensionHeader of(ExtensionOffer offer) {
        return new ExtensionHeader(
                offer.name(),
                offer.parameters().stream()
                        .map(p -> new Parameter(p.name(), p.value()))
                        .toList());
    }

    /**
     * Parses the lines of the header, which count as one list, in time linear in their length.
     *
     * @return the extensions in their order; empty if there are no lines
     * @throws IllegalArgumentException with the position of what breaks the grammar
     */
    public static List<ExtensionHeader> parse(List<String> lines) {
        if (lines.isEmpty()) {
            return List.of();
        }
        List<ExtensionHeader> extensions = new ArrayList<>();
        for (String line : lines) {
            HeaderGrammar cursor = new HeaderGrammar(FIELD, line);
            while (cursor.nextElement()) {
                extensions.add(parseOne(cursor));
            }
        }
        if (extensions.isEmpty()) {
            throw new IllegalArgumentException(FIELD + " has no value");
        }
        return extensions;
    }

    private static ExtensionHeader parseOne(HeaderGrammar cursor) {
        String name = cursor.token();
        List<Parameter> parameters = new ArrayList<>(4);
        while (cursor.accept(';')) {
            String parameter = cursor.token();
            parameters.add(new Parameter(parameter, cursor.accept('=') ? cursor.tokenOrQuotedToken() : null));
        }
        cursor.endOfElement();
        return new ExtensionHeader(name, parameters);
    }

    /** The value of one header line that holds all the extensions. */
    public static String format(List<ExtensionHeader> extensions) {
        StringBuilder line = new StringBuilder();
        for (ExtensionHeader extension : extensions) {
            if (line.length() > 0) {
                line.append(", ");
            }
            extension.appendTo(line);
        }
        return line.toString();
    }

    private void appendTo(StringBuilder line) {
        line.append(name);
        for (Parameter parameter : parameters) {
            line.append(';').append(parameter.name());
            if (parameter.value() != null) {
                line.append('=').append(parameter.value());
            }
        }
    }

    /** The element as it stands in a header. */
    @Override
    public String toString() {
        return format(List.of(this));
    }
}
