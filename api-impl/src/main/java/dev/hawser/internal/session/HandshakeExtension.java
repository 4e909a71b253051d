package dev.hawser.internal.session;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import jakarta.websocket.Extension;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of {@code Sec-WebSocket-Extensions} as an extension of the Jakarta API. A parameter without a value has
 * the value null.
 */
public record HandshakeExtension(ExtensionOffer header) implements Extension {
    private record NamedValue(String name, @Nullable String value) implements Parameter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public @Nullable String getValue() {
            return value;
        }
    }

    /** The extensions of the peer's header. */
    public static List<Extension> ofAll(List<ExtensionOffer> headers) {
        List<Extension> extensions = new ArrayList<>(headers.size());
        for (ExtensionOffer header : headers) {
            extensions.add(new HandshakeExtension(header));
        }
        return List.copyOf(extensions);
    }

    /** An extension without parameters. */
    public static Extension named(String name) {
        return new HandshakeExtension(new ExtensionOffer(name, List.of()));
    }

    /**
     * The header element for an extension that the application chose.
     *
     * @throws IllegalArgumentException if a name or value is not a token, since it could add other headers
     */
    public static ExtensionOffer toHeader(Extension extension) {
        if (extension instanceof HandshakeExtension ours) {
            return ours.header;
        }
        List<ExtensionOffer.Parameter> parameters = new ArrayList<>();
        for (Parameter parameter : WithoutNulls.list(extension.getParameters())) {
            parameters.add(new ExtensionOffer.Parameter(parameter.getName(), parameter.getValue()));
        }
        return ExtensionHeader.writable(new ExtensionOffer(extension.getName(), parameters));
    }

    @Override
    public String getName() {
        return header.name();
    }

    @Override
    public List<Parameter> getParameters() {
        List<Parameter> parameters = new ArrayList<>();
        header.parameters().forEach(parameter -> parameters.add(new NamedValue(parameter.name(), parameter.value())));
        return List.copyOf(parameters);
    }

    @Override
    public String toString() {
        return ExtensionHeader.format(List.of(header));
    }
}
