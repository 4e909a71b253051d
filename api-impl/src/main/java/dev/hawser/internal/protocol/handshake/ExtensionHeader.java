package dev.hawser.internal.protocol.handshake;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.ExtensionOffer.Parameter;
import dev.hawser.internal.http.HeaderGrammar;
import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of {@code Sec-WebSocket-Extensions} (RFC 6455 9.1): offers in a request, agreements in a response. A
 * parameter's name may occur more than once, and the extension decides what that means.
 */
public final class ExtensionHeader {
    /** The header field. */
    public static final String FIELD = "Sec-WebSocket-Extensions";

    private ExtensionHeader() {}

    /**
     * An element that can be written. An empty value counts as none.
     *
     * @throws IllegalArgumentException for a name or value that could not be parsed again
     */
    public static ExtensionOffer writable(ExtensionOffer element) {
        if (!HeaderGrammar.isToken(element.name())) {
            throw new IllegalArgumentException("The name of an extension must be a token (RFC 6455 9.1)");
        }
        return new ExtensionOffer(
                element.name(),
                element.parameters().stream().map(ExtensionHeader::writable).toList());
    }

    private static Parameter writable(Parameter parameter) {
        String value = parameter.value();
        Parameter written = value == null || !value.isEmpty() ? parameter : new Parameter(parameter.name(), null);
        boolean legal = written.value() == null || HeaderGrammar.isToken(written.value());
        if (!HeaderGrammar.isToken(written.name()) || !legal) {
            throw new IllegalArgumentException(
                    "The name and value of an extension parameter must be tokens (RFC 6455 9.1)");
        }
        return written;
    }

    /**
     * Parses the lines of the header, which count as one list, in time linear in their length.
     *
     * @return the extensions in their order; empty if there are no lines
     * @throws IllegalArgumentException with the position of what breaks the grammar
     */
    public static List<ExtensionOffer> parse(List<String> lines) {
        if (lines.isEmpty()) {
            return List.of();
        }
        List<ExtensionOffer> extensions = new ArrayList<>();
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

    private static ExtensionOffer parseOne(HeaderGrammar cursor) {
        String name = cursor.token();
        List<Parameter> parameters = new ArrayList<>(4);
        while (cursor.accept(';')) {
            String parameter = cursor.token();
            parameters.add(new Parameter(parameter, cursor.accept('=') ? cursor.tokenOrQuotedToken() : null));
        }
        cursor.endOfElement();
        return new ExtensionOffer(name, parameters);
    }

    /**
     * The value of one header line that holds all the extensions.
     *
     * @throws IllegalArgumentException for a name or value that could not be parsed again
     */
    public static String format(List<ExtensionOffer> extensions) {
        StringBuilder line = new StringBuilder();
        for (ExtensionOffer extension : extensions) {
            if (line.length() > 0) {
                line.append(", ");
            }
            append(line, writable(extension));
        }
        return line.toString();
    }

    private static void append(StringBuilder line, ExtensionOffer extension) {
        line.append(extension.name());
        for (Parameter parameter : extension.parameters()) {
            line.append(';').append(parameter.name());
            if (parameter.value() != null) {
                line.append('=').append(parameter.value());
            }
        }
    }
}
